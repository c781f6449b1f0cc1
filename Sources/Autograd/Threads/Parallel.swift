import Foundation
import Synchronization

/// Work split over the cores.
///
/// The borders of the pieces depend on sizes alone, never on the number of threads, so results are the same
/// bytes for any number of them.
public enum Parallel {
  /// The most threads that operations inside `$threadLimit.withValue(n) { … }` use; `nil` means all cores.
  @TaskLocal public static var threadLimit: Int?

  /// Set while a piece of work runs: work that it starts itself is done in place.
  @TaskLocal private static var isInsidePiece = false

  /// The number of cores that this process may use.
  public static let coreCount: Int =
    (try? requestedThreads()) ?? allowedCoreCount ?? ProcessInfo.processInfo.activeProcessorCount

  /// The number of threads that the environment variable `SEEDLING_THREADS` asks for; `nil` if it is not set.
  ///
  /// - Throws: `ThreadsError`.
  public static func requestedThreads() throws(ThreadsError) -> Int? {
    try requestedThreads(ProcessInfo.processInfo.environment[ThreadsError.variable])
  }

  package static func requestedThreads(_ text: String?) throws(ThreadsError) -> Int? {
    guard let text, !text.isEmpty else { return nil }
    guard let count = Int(text), 1...ThreadsError.most ~= count else { throw ThreadsError(text: text) }
    return count
  }

  /// The number of cores that the system lets this process run on (`taskset`, cpusets), if it tells.
  private static var allowedCoreCount: Int? {
    let key = "Cpus_allowed:"
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    guard let line = status?.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
    let count = line.dropFirst(key.count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return count > 0 ? count : nil
  }

  /// The number of threads that work is split over right now.
  public static var threadCount: Int { isInsidePiece ? 1 : threadLimit ?? coreCount }

  /// Calls `body` once for every index below `count`, on as many threads as there are.
  ///
  /// Each thread begins with its own run of indices and helps the others with theirs when it is done. So
  /// pieces may differ in length, and pieces that read or write next to each other should be neighbours.
  public static func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let threads = min(threadCount, count)
    guard threads > 1 else {
      for index in 0..<max(count, 0) { body(index) }
      return
    }
    withoutActuallyEscaping(body) { body in
      insidePiece { WorkerPool.shared.run(count, threads: threads, body) }
    }
  }

  /// Calls `body`, whose own work is done in place.
  static func insidePiece(_ body: () -> Void) { $isInsidePiece.withValue(true, operation: body) }

  /// The results of `body` for every index below `count`, in order, computed on as many threads as there are.
  public static func map<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress {
        let results = SharedPointer(start)
        forEach(count) { (results.pointer + $0).initialize(to: body($0)) }
      }
      initialized = count
    }
  }

  /// Splits `0..<count` in pieces of `grain` (the last may be shorter) and calls `body` with each.
  public static func forEachRange(_ count: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let pieces = (count + grain - 1) / grain
    forEach(pieces) { piece in body(piece * grain..<min(count, (piece + 1) * grain)) }
  }
}

/// A value of `SEEDLING_THREADS` that is no number of threads.
public struct ThreadsError: Error, Sendable, Equatable {
  static let variable = "SEEDLING_THREADS"
  static let most = 1024

  /// The value.
  public let text: String

  package init(text: String) { self.text = text }
}

extension ThreadsError: CustomStringConvertible {
  /// Where, what, what to do; in one line.
  public var description: String {
    "\(Self.variable): is \"\(text)\"; use a number of threads from 1 to \(Self.most), or leave it out"
  }
}

/// Fills `out` piece by piece on all cores: `body` gets its own part of `out` and the index where it starts.
public func parallelFill(
  _ out: inout MutableSpan<Float>, grain: Int,
  _ body: @Sendable (_ part: inout MutableSpan<Float>, _ start: Int) -> Void
) {
  let count = out.count
  out.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return }
    let base = SharedPointer(start)
    Parallel.forEachRange(count, grain: grain) { range in
      var part = UnsafeMutableBufferPointer(start: base.pointer + range.lowerBound, count: range.count)
        .mutableSpan
      body(&part, range.lowerBound)
    }
  }
}

/// A pointer that several threads may hold while they write disjoint parts of what it points to.
///
/// `@unchecked Sendable` holds because the pieces of `Parallel` are disjoint and joined before it returns;
/// whoever makes one answers for the disjointness.
struct SharedPointer<Pointee>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Pointee>

  init(_ pointer: UnsafeMutablePointer<Pointee>) {
    self.pointer = pointer
  }
}
