/// How fast this machine can be at best, measured: the two limits that every operation runs into.
///
/// An operation that does fewer multiplications and additions per byte than the *ridge* is limited by memory,
/// any other by arithmetic (Williams, Waterman and Patterson, "Roofline", CACM 2009).
public struct Ceilings: Sendable, Equatable {
  /// What limits an operation.
  public enum Kind: String, Sendable, Codable {
    case arithmetic, memory
  }

  /// Multiplications and additions per second on values in registers.
  public let flopPerSecond: Double
  /// Bytes per second from and to memory; data in caches moves faster, and what writes to memory that it does
  /// not read comes to two thirds or three quarters, since the processor reads that, too.
  public let bytesPerSecond: Double

  /// Ceilings that are known already.
  public init(flopPerSecond: Double, bytesPerSecond: Double) {
    self.flopPerSecond = flopPerSecond
    self.bytesPerSecond = bytesPerSecond
  }

  /// The multiplications and additions per byte at which both limits are the same.
  public var ridge: Double { flopPerSecond / bytesPerSecond }

  /// What limits an operation of `flop` multiplications and additions that moves `bytes`; `nil` if it does
  /// nothing of either.
  public func limit(flop: Int, bytes: Int) -> Kind? {
    guard flop > 0 || bytes > 0 else { return nil }
    return Double(flop) >= ridge * Double(bytes) ? .arithmetic : .memory
  }

  /// The higher of each.
  public func maximum(_ other: Ceilings) -> Ceilings {
    Ceilings(
      flopPerSecond: max(flopPerSecond, other.flopPerSecond),
      bytesPerSecond: max(bytesPerSecond, other.bytesPerSecond))
  }

  /// Measures both with as many threads as operations have right now, for `seconds` each; the fastest of
  /// many short runs counts.
  public static func measure(seconds: Double = 0.3) -> Ceilings {
    let threads = Parallel.threadCount
    let inputs = Tensor((0..<RegisterLoop.inputs).map { 1 + Float($0) / 512 }, shape: [RegisterLoop.inputs])
    let results = Tensor(shape: [threads, RegisterLoop.outputs]) { (_: SharedPointer<Float>) in }
    let arithmetic = fastest(within: seconds) {
      Parallel.forEach(threads) {
        RegisterLoop.run(inputs.storage.base, into: results.storage.base + $0 * RegisterLoop.outputs)
      }
    }
    let memory = fastest(within: seconds, Triad().run)
    // The buffers of the triad are larger than what training wants to find in the pool.
    BufferPool.shared.drain()
    return Ceilings(
      flopPerSecond: Double(threads * RegisterLoop.flop) / arithmetic,
      bytesPerSecond: Double(Triad.bytes) / memory)
  }

  /// The seconds of the fastest call; the first one wakes threads and faults pages in, and does not count.
  private static func fastest(within seconds: Double, _ body: () -> Void) -> Double {
    body()
    let clock = ContinuousClock()
    let start = clock.now
    var best = Duration.seconds(1e9)
    repeat { best = min(best, clock.measure(body)) } while clock.now - start < .seconds(seconds)
    return best / .seconds(1)
  }
}

/// Multiply-adds on accumulators that stay in registers, as many as the product kernels keep there.
private enum RegisterLoop {
  /// The most values that are read before the loop, and that are written after it.
  static let inputs = 7 * FourVectors.width
  static let outputs = 6 * FourVectors.width
  private static let rounds = (1 << 19) * 4 / RowKernel.vectors

  /// The multiplications and additions of a run: about two milliseconds, so that some runs are
  /// undisturbed on a busy machine.
  static var flop: Int { 2 * 6 * 16 * RowKernel.vectors * rounds }

  static func run(_ inputs: UnsafePointer<Float>, into results: UnsafeMutablePointer<Float>) {
    if Registers.holdVectors {
      run(FourVectors.self, inputs, into: results)
    } else {
      run(OneVector.self, inputs, into: results)
    }
  }

  /// The vectors start from different values, so that the compiler must not merge them, and all are written,
  /// so that it must not drop them.
  @inline(never)
  private static func run<Columns: ColumnBlock>(
    _: Columns.Type, _ inputs: UnsafePointer<Float>, into results: UnsafeMutablePointer<Float>
  ) {
    let width = Columns.width
    let (factor, line) = (1e-3 * inputs[0], Columns(loading: inputs))
    var (r0, r1) = (Columns(loading: inputs + width), Columns(loading: inputs + 2 * width))
    var (r2, r3) = (Columns(loading: inputs + 3 * width), Columns(loading: inputs + 4 * width))
    var (r4, r5) = (Columns(loading: inputs + 5 * width), Columns(loading: inputs + 6 * width))
    for _ in 0..<rounds {
      r0.add(factor, times: line)
      r1.add(factor, times: line)
      r2.add(factor, times: line)
      r3.add(factor, times: line)
      r4.add(factor, times: line)
      r5.add(factor, times: line)
    }
    r0.store(to: results)
    r1.store(to: results + width)
    r2.store(to: results + 2 * width)
    r3.store(to: results + 3 * width)
    r4.store(to: results + 4 * width)
    r5.store(to: results + 5 * width)
  }
}

/// `a += s·b + c` on three buffers of 64 MiB, which no cache holds: STREAM's triad (McCalpin) in place.
///
/// In place, because a store to memory that was not read first makes the processor read it, unseen; this way
/// all traffic is counted, and nothing that works on memory can be faster.
private struct Triad {
  private static let count = 1 << 24
  /// The bytes of a run: three reads and a write.
  static let bytes = 4 * count * MemoryLayout<Float>.stride

  private let a = Tensor.zeros([count]).storage
  private let b = Tensor(repeating: 1, shape: [count]).storage
  private let c = Tensor(repeating: 2, shape: [count]).storage

  func run() {
    let (a, b, c) = (a, b, c)
    Parallel.forEachRange(Self.count, grain: 1 << 18) { range in
      for index in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
        let sum = Vector(at: b.base + index) * 0.5 + Vector(at: c.base + index)
        (Vector(at: a.base + index) + sum).store(to: a.base + index)
      }
    }
  }
}
