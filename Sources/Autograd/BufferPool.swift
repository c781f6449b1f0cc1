import Foundation
import Synchronization

/// Keeps released buffers for the next tensor of a similar size.
///
/// A training step asks for the same sizes in the same order every time, so after the second step it is
/// served wholly from here: no page is faulted in anew, and the memory of the process stays flat.
final class BufferPool: Sendable {
  static let shared = BufferPool()

  /// Idle bytes above which the largest idle buffers go back to the system before a new one is made.
  static let idleLimit = 256 << 20
  /// Buffers of this size and above ask for huge pages, which saves most address translation misses.
  private static let hugePage = 2 << 20
  /// Kernels may read, but not use, this many bytes beyond the last value.
  private static let readableSlack = 64

  private struct State: ~Copyable {
    var idle: [Int: [UInt]] = [:]
    var idleBytes = 0
    var liveBytes = 0
    var peakLiveBytes = 0
  }

  private let state = Mutex(State())

  /// The number of bytes that are held by tensors right now.
  var liveBytes: Int { state.withLock { $0.liveBytes } }

  /// The number of bytes that wait for reuse.
  var idleBytes: Int { state.withLock { $0.idleBytes } }

  /// The size class of a request: steps of at most one eighth, so at most 12.5 % is wasted.
  static func capacity(forBytes bytes: Int) -> Int {
    let bytes = max(bytes, 64)
    let step = max(64, (1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount)) >> 3)
    return (bytes + step - 1) / step * step
  }

  /// A 64-byte aligned buffer of one size class; its contents are undefined.
  func take(capacity: Int) -> UnsafeMutableRawPointer {
    let (address, surplus) = state.withLock { state -> (UInt?, [UInt]) in
      state.liveBytes += capacity
      state.peakLiveBytes = max(state.peakLiveBytes, state.liveBytes)
      if let address = state.idle[capacity]?.popLast() {
        state.idleBytes -= capacity
        return (address, [])
      }
      return (nil, Self.trim(&state))
    }
    for address in surplus { free(UnsafeMutableRawPointer(bitPattern: address)) }
    if let address, let pointer = UnsafeMutableRawPointer(bitPattern: address) { return pointer }
    return Self.allocate(capacity)
  }

  /// Takes a buffer back for reuse.
  func give(_ pointer: UnsafeMutableRawPointer, capacity: Int) {
    state.withLock { state in
      state.liveBytes -= capacity
      state.idleBytes += capacity
      state.idle[capacity, default: []].append(UInt(bitPattern: pointer))
    }
  }

  /// Returns all idle buffers to the system.
  func drain() {
    let addresses = state.withLock { state in
      defer {
        state.idle = [:]
        state.idleBytes = 0
      }
      return state.idle.values.flatMap { $0 }
    }
    for address in addresses { free(UnsafeMutableRawPointer(bitPattern: address)) }
  }

  private static func trim(_ state: inout State) -> [UInt] {
    guard state.idleBytes > idleLimit else { return [] }
    var surplus: [UInt] = []
    for capacity in state.idle.keys.sorted(by: >) {
      while state.idleBytes > idleLimit / 2, let address = state.idle[capacity]?.popLast() {
        surplus.append(address)
        state.idleBytes -= capacity
      }
      if state.idle[capacity]?.isEmpty == true { state.idle[capacity] = nil }
      if state.idleBytes <= idleLimit / 2 { break }
    }
    return surplus
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
    let isLarge = capacity >= hugePage
    var pointer: UnsafeMutableRawPointer?
    let status = posix_memalign(&pointer, isLarge ? hugePage : 64, capacity + readableSlack)
    guard status == 0, let pointer else {
      preconditionFailure("out of memory: a tensor of \(capacity >> 20) MiB could not be allocated")
    }
    if isLarge { madvise(pointer, capacity, MADV_HUGEPAGE) }
    return pointer
  }
}
