import Foundation
import Synchronization

/// Keeps released buffers for the next tensors.
///
/// A training step asks for the same sizes in the same order every time, so after the second step it is
/// served wholly from here: no page is faulted in anew, and the memory of the process stays flat. Small
/// buffers wait in a list for their size, large ones share an arena.
final class BufferPool: Sendable {
  static let shared = BufferPool()

  /// Idle small buffers above which they go back to the system before a new one is made.
  private static let idleLimit = 64 << 20
  /// Buffers of this size and above lie in the arena.
  private static let large = 256 << 10
  /// Kernels may read, but not use, this many bytes beyond the last value.
  private static let readableSlack = 64

  private struct State: ~Copyable {
    var arena = Arena()
    var small: [Int: [UInt]] = [:]
    var smallBytes = 0
    var liveBytes = 0
    /// The fresh bytes of the arena at which the memory of the machine is looked at again.
    var nextLook = MemoryLook.step

    /// Whether the machine has memory for the buffer that the arena handed out last.
    ///
    /// Nothing may have been written there yet, so that the machine does not know of it.
    mutating func hasMemory(for start: UInt, _ capacity: Int) -> Bool {
      guard arena.freshBytes >= nextLook, let free = FreeMemory().bytes else { return true }
      var look = MemoryLook(missing: Arena.unbackedBytes(start, capacity), free: free)
      if !look.fits {
        // What waits for reuse elsewhere in the arena is given back first.
        arena.release()
        look = MemoryLook(missing: look.missing, free: FreeMemory().bytes ?? free)
      }
      nextLook = arena.freshBytes + look.untilNext
      return look.fits
    }

    /// Gives up all idle small buffers.
    mutating func takeSmall() -> [UInt] {
      let addresses = small.values.flatMap { $0 }
      small = [:]
      smallBytes = 0
      return addresses
    }
  }

  private let state = Mutex(State())

  /// The number of bytes that are held by tensors right now.
  var liveBytes: Int { state.withLock { $0.liveBytes } }

  /// The number of bytes that wait for reuse.
  var idleBytes: Int { state.withLock { $0.smallBytes + $0.arena.idleBytes } }

  /// The bytes that a request takes: whole cache lines of the arena, or a size class with steps of at most
  /// one eighth.
  static func capacity(forBytes bytes: Int) -> Int {
    let bytes = max(bytes, 64)
    guard bytes < large else { return (bytes + 127) / 64 * 64 }
    let step = max(64, (1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount)) >> 3)
    return (bytes + step - 1) / step * step
  }

  /// A 64-byte aligned buffer of one capacity; its contents are undefined.
  func take(capacity: Int) -> UnsafeMutableRawPointer {
    let (address, surplus) = state.withLock { state -> (UInt?, [UInt]) in
      state.liveBytes += capacity
      if capacity >= Self.large {
        let address = state.arena.take(capacity)
        if let address, !state.hasMemory(for: address, capacity) {
          Memory.end(live: state.liveBytes - capacity, needed: capacity)
        }
        return (address, [])
      }
      if let address = state.small[capacity]?.popLast() {
        state.smallBytes -= capacity
        return (address, [])
      }
      return (nil, state.smallBytes > Self.idleLimit ? state.takeSmall() : [])
    }
    Self.free(surplus)
    if let address, let pointer = UnsafeMutableRawPointer(bitPattern: address) { return pointer }
    return Self.allocate(capacity)
  }

  /// Takes a buffer back for reuse.
  func give(_ pointer: UnsafeMutableRawPointer, capacity: Int) {
    let address = UInt(bitPattern: pointer)
    state.withLock { state in
      state.liveBytes -= capacity
      if capacity >= Self.large {
        state.arena.give(address, capacity)
      } else {
        state.smallBytes += capacity
        state.small[capacity, default: []].append(address)
      }
    }
  }

  /// Returns all idle memory to the system.
  func drain() {
    let addresses = state.withLock { state in
      state.arena.release()
      return state.takeSmall()
    }
    Self.free(addresses)
  }

  private static func free(_ addresses: [UInt]) {
    for address in addresses { Foundation.free(UnsafeMutableRawPointer(bitPattern: address)) }
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
    var pointer: UnsafeMutableRawPointer?
    let status = capacity < large ? posix_memalign(&pointer, 64, capacity + readableSlack) : ENOMEM
    guard status == 0, let pointer else {
      Memory.end(live: shared.liveBytes, needed: capacity)
    }
    return pointer
  }
}

/// How much memory tensors take, in bytes.
public struct MemoryUsage: Equatable, Sendable {
  /// The bytes that tensors hold.
  public let live: Int
  /// The bytes of released tensors that wait for the next ones.
  public let idle: Int

  /// The usage of this process right now.
  public static var current: MemoryUsage {
    MemoryUsage(live: BufferPool.shared.liveBytes, idle: BufferPool.shared.idleBytes)
  }

  /// Returns what waits for the next tensors to the system.
  public static func releaseIdle() { BufferPool.shared.drain() }
}
