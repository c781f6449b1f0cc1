import Autograd
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
}
