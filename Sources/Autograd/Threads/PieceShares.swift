import Synchronization

/// The pieces of a job in shares of neighbours, one for each worker.
///
/// A worker begins at the front of its own share. When that is empty it helps the others, from the far end of
/// theirs. So the same worker has the same part of every tensor, operation after operation, and finds in its
/// own caches what it has written there: from another core's they come at a quarter of the speed, or less
/// where the cores share no cache (Markatos and LeBlanc 1994, affinity scheduling).
///
/// `@unchecked Sendable` holds because all that changes is atomic.
final class PieceShares: @unchecked Sendable {
  /// Apart by two cache lines, since processors fetch them in pairs.
  private static let stride = 16
  private let workers: Int
  /// The first piece that is left of a share and the one behind its last, in one word each.
  private let left: UnsafeMutablePointer<Atomic<Int>>

  init(workers: Int) {
    self.workers = workers
    left = .allocate(capacity: workers * Self.stride)
    for index in 0..<workers * Self.stride { (left + index).initialize(to: Atomic(0)) }
  }

  deinit {
    left.deinitialize(count: workers * Self.stride)
    left.deallocate()
  }

  /// Makes shares of `count` pieces for the first `sharing` workers, while none of them is at work.
  func fill(_ count: Int, sharing: Int) {
    precondition(count >> 31 == 0, "a job has \(count) pieces, more than \(Int32.max)")
    for worker in 0..<workers {
      let first = worker < sharing ? count * worker / sharing : 0
      let end = worker < sharing ? count * (worker + 1) / sharing : 0
      left[worker * Self.stride].store(end << 32 | first, ordering: .relaxed)
    }
  }

  /// Calls `body` with pieces, those of the worker's own share first, until none is left.
  func forEach(of worker: Int, _ body: (Int) -> Void) {
    while let piece = take(from: worker, atEnd: false) { body(piece) }
    for distance in 1..<max(1, workers) {
      let other = (worker + distance) % workers
      while let piece = take(from: other, atEnd: true) { body(piece) }
    }
  }

  private func take(from worker: Int, atEnd: Bool) -> Int? {
    let share = worker * Self.stride
    var value = left[share].load(ordering: .relaxed)
    while true {
      let (first, end) = (value & 0x7fff_ffff, value >> 32)
      guard first < end else { return nil }
      let (isTaken, original) = left[share].weakCompareExchange(
        expected: value, desired: atEnd ? value - 1 << 32 : value + 1, ordering: .relaxed)
      if isTaken { return atEnd ? end - 1 : first }
      value = original
    }
  }
}
