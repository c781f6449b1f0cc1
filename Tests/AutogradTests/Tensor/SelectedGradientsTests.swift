import Autograd
import Synchronization
import TestSupport
import Testing

@Suite struct SelectedGradientsTests {
  /// Two branches of one start that meet: the values of every tensor are those of a whole backward pass.
  @Test func equalThoseOfAWholeBackwardPass() throws {
    let x = Sample.tensor("x", [3, 4]).tracked()
    let early = x.squared()
    let (left, right) = (early.relu(), early * x)
    let output = left * right + early
    let cotangent = Sample.tensor("cotangent", [3, 4])
    let whole = output.gradients(from: cotangent, retainingGraph: true)
    let some = output.gradients(from: cotangent, of: [early, right, output], retainingGraph: true)
    for tensor in [early, right, output] {
      try #expect(#require(some[tensor]).scalars == #require(whole[tensor]).scalars)
    }
    #expect(some[x] == nil)
    #expect(some[left] == nil)
    let last = output.gradients(from: cotangent, of: [x])
    try #expect(#require(last[x]).scalars == #require(whole[x]).scalars)
  }

  @Test func theBackwardPassEndsAtTheLowestOfThem() throws {
    let calls = Mutex<[String]>([])
    func step(_ name: String, _ input: Tensor) -> Tensor {
      let output = Tensor(input.scalars, shape: input.shape)
      return output.recorded(name, from: input) { gradient in
        calls.withLock { $0.append(name) }
        return gradient
      }
    }
    let x = Tensor.ones([2]).tracked()
    let low = step("low", x)
    let middle = step("middle", low)
    let high = step("high", middle)
    let gradients = high.gradients(from: .ones([2]), of: [middle])
    try #expect(#require(gradients[middle]).scalars == [1, 1])
    #expect(calls.withLock { $0 } == ["high"])
  }

  @Test func whatItDoesNotDependOnHasNone() {
    let (x, other) = (Tensor.ones([2]).tracked(), Tensor.ones([2]).tracked())
    #expect(x.squared().gradients(from: .ones([2]), of: [other])[other] == nil)
    #expect(Tensor.ones([2]).gradients(from: .ones([2]), of: [x])[x] == nil)
  }

  @Test func aFreedGraphIsNamed() async {
    await #expect(processExitsWith: .failure) {
      let x = Tensor.ones([2]).tracked()
      let output = x.squared()
      _ = output.gradients(from: .ones([2]), of: [x])
      _ = output.gradients(from: .ones([2]), of: [x])
    }
  }
}
