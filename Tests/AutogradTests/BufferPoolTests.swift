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
}
