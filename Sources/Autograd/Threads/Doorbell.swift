import CProcessor
import Foundation
import Synchronization

/// Lets threads wait until something is so: awake for a moment, then asleep.
///
/// Waking a sleeping thread goes through the system, and a training step waits some hundred times. A thread
/// that looks again and again sees the change at once.
final class Doorbell: Sendable {
  /// About a quarter of a millisecond on an AMD EPYC, which pauses for some 30 nanoseconds.
  private static let looks = 1 << 13

  private let sleepers = Atomic<Int>(0)
  private let condition = NSCondition()
  private let looks: Int

  /// - Parameter staysAwake: whether there is a core to spare for a thread that looks again and again.
  init(staysAwake: Bool) {
    looks = staysAwake ? Self.looks : 1
  }

  /// Returns when `isReady`, which must load with sequential consistency.
  func wait(until isReady: () -> Bool) {
    for _ in 0..<looks {
      if isReady() { return }
      spin_pause()
    }
    condition.lock()
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while !isReady() { condition.wait() }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    condition.unlock()
  }

  /// Wakes whoever sleeps, after a change that was stored with sequential consistency.
  func ring() {
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }
}
