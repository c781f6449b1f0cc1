import Autograd
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [1, 2, 7], [0, 1, 5, 1000])
  func everyIndexComesOnce(threads: Int, count: Int) {
    let seen = Mutex([Int](repeating: 0, count: count))
    Parallel.$threadLimit.withValue(threads) {
      Parallel.forEach(count) { index in seen.withLock { $0[index] += 1 } }
    }
    #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  @Test func bordersDependOnSizesAlone() {
    func pieces(_ threads: Int) -> Set<Range<Int>> {
      let pieces = Mutex(Set<Range<Int>>())
      Parallel.$threadLimit.withValue(threads) {
        Parallel.forEachRange(10, grain: 4) { range in pieces.withLock { _ = $0.insert(range) } }
      }
      return pieces.withLock { $0 }
    }
    #expect(pieces(1) == [0..<4, 4..<8, 8..<10])
    #expect(pieces(3) == pieces(1))
  }

  @Test func workInsideAPieceStaysOnItsThread() {
    let counts = Mutex(Set<Int>())
    Parallel.$threadLimit.withValue(2) {
      Parallel.forEach(4) { _ in counts.withLock { _ = $0.insert(Parallel.threadCount) } }
    }
    #expect(counts.withLock { $0 } == [1])
  }

  /// Two pieces that wait for each other meet only on two threads. Helpers sleep after some milliseconds
  /// without work, and have to be woken then.
  @Test(.enabled(if: Parallel.coreCount > 1), arguments: [0, 20_000])
  func piecesRunSideBySide(pause: UInt32) {
    func piecesMeet() -> Bool {
      usleep(pause)
      let arrived = Atomic<Int>(0)
      let met = Atomic<Bool>(false)
      Parallel.$threadLimit.withValue(2) {
        Parallel.forEach(2) { _ in
          let deadline = ContinuousClock.now + .milliseconds(100)
          arrived.add(1, ordering: .sequentiallyConsistent)
          while ContinuousClock.now < deadline {
            if arrived.load(ordering: .sequentiallyConsistent) == 2 {
              met.store(true, ordering: .sequentiallyConsistent)
              return
            }
          }
          // The second piece, if this thread does both, must not meet the first.
          arrived.subtract(1, ordering: .sequentiallyConsistent)
        }
      }
      return met.load(ordering: .sequentiallyConsistent)
    }
    // The work of other tests may keep the helpers for a while.
    #expect((0..<200).contains { _ in piecesMeet() })
  }

  /// Four callers at once and pauses of all lengths: no piece is lost or done twice.
  @Test func manyCallersShareTheHelpers() async {
    let totals = await withTaskGroup(of: [Int].self) { group in
      for caller in 0..<4 {
        group.addTask {
          (0..<300).map { round in
            usleep(UInt32(round % 30 == 0 ? 1000 * caller : 0))
            let sum = Atomic<Int>(0)
            Parallel.forEach(37) { sum.add($0 + round, ordering: .relaxed) }
            return sum.load(ordering: .relaxed)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let expected = (0..<300).map { 37 * 36 / 2 + 37 * $0 }
    #expect(totals == [[Int]](repeating: expected, count: 4))
  }

  @Test func fillingReachesEveryValue() {
    let tensor = Tensor(shape: [1000]) { out in
      parallelFill(&out, grain: 7) { part, start in
        for index in part.indices { part[index] = Float(start + index) }
      }
    }
    #expect(tensor.scalars == (0..<1000).map(Float.init))
  }

  @Test func aChainOfOperationsGivesTheSameBytesOnAnyThreads() {
    let inputs = [Sample.tensor("x", [4, 48, 48, 21]), Sample.tensor("scale", [21])]
    expectSameBytesForAnyThreads(inputs) { inputs in
      let hidden = (inputs[0] * inputs[1] + 0.5).gelu().permuted([0, 3, 1, 2]).softplus()
      let mixed = Tensor.concatenated([hidden, hidden.flipped(axis: 3)], axis: 1).permuted([0, 2, 3, 1])
      let dropped = mixed.dropout(probability: 0.1, random: Philox(seed: 1, name: "chain"))
      let chosen = dropped.logSoftmax().slice(axis: 3, 3..<30).padded([(0, 0), (1, 0), (0, 2), (0, 0)])
      let centred = chosen - chosen.mean(axes: [0, 1, 2])
      return centred.squared().sum(axes: [3]) + centred.maximum(axes: [3])
        * chosen.variance(axes: [1, 2, 3], keepingAxes: true).reshaped(to: [4, 1, 1])
    }
  }

  @Test func nonsensicalNumbersOfThreadsAreRefused() throws {
    #expect(try Parallel.requestedThreads(nil) == nil && Parallel.requestedThreads("") == nil)
    #expect(try Parallel.requestedThreads("1") == 1 && Parallel.requestedThreads("1024") == 1024)
    for text in ["0", "-1", "1025", "two", " 2", "1e3", "99999999999999999999"] {
      #expect(throws: ThreadsError(text: text)) { try Parallel.requestedThreads(text) }
    }
  }
}
