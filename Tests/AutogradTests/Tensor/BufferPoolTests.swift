import Autograd
import TestSupport
import Testing

@Suite struct BufferPoolTests {
  /// Runs alone in its own process: other tests hold and release memory at the same time.
  @Test func trainingMemoryIsFlatAfterTheSecondStep() async {
    await #expect(processExitsWith: .success) {
      var weight = Sample.tensor("weight", [64, 64])
      let input = Sample.tensor("input", [256, 64])
      func step() {
        let tracked = weight.tracked()
        let hidden = (input * tracked.mean(axes: [0])).gelu().permuted([1, 0]) * tracked.sum()
        let loss = hidden.softmax().squared().mean() + tracked.squared().mean()
        if let gradient = loss.gradients()[tracked] { weight = weight - gradient * 0.1 }
      }
      step()
      step()
      let before = MemoryUsage.current
      for _ in 0..<20 { step() }
      precondition(MemoryUsage.current == before, "\(MemoryUsage.current) after \(before)")
    }
  }

  @Test func releasedMemoryIsUsedAgain() async {
    await #expect(processExitsWith: .success) {
      var tensor: Tensor? = .zeros([1 << 20])
      let live = MemoryUsage.current.live
      tensor = nil
      let idle = MemoryUsage.current.idle
      precondition(idle >= 4 << 20)
      tensor = .ones([1 << 20])
      precondition(MemoryUsage.current.live == live && MemoryUsage.current.idle == idle - live)
      precondition(tensor?.count == 1 << 20)
    }
  }

  @Test func releasedMemoryServesOtherSizes() async {
    await #expect(processExitsWith: .success) {
      var whole: Tensor? = .zeros([3 << 20])
      let most = MemoryUsage.current.live + MemoryUsage.current.idle
      precondition(whole?.count == 3 << 20)
      whole = nil
      for _ in 0..<3 {
        // Three parts fit where the whole was, and the whole where the parts were.
        var parts: [Tensor] = (0..<3).map { Tensor(repeating: Float($0), shape: [1_000_000]) }
        precondition(parts.map { $0.maximum().scalar } == [0, 1, 2])
        parts.removeFirst()
        parts.removeAll()
        whole = .ones([3 << 20])
        precondition(whole?.minimum().scalar == 1)
        whole = nil
        let held = MemoryUsage.current.live + MemoryUsage.current.idle
        precondition(held < most + 1 << 16, "\(held) bytes are held, not \(most)")
      }
    }
  }
}
