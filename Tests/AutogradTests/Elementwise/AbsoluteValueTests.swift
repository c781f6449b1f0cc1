import Autograd
import TestSupport
import Testing

@Suite struct AbsoluteValueTests {
  @Test func matchesPyTorch() throws {
    try Golden("absoluteValue").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].absoluteValue()
    }
  }

  @Test func gradient() {
    expectGradientsMatch("absoluteValue", [[4, 5]], keepAwayFrom: [0]) { $0[0].absoluteValue() }
  }

  @Test func signsDoNotMatter() {
    let x = Sample.tensor("x", [3, 19])
    #expect((-x).absoluteValue().scalars == x.absoluteValue().scalars)
    #expect(Tensor([-.infinity, -0.0], shape: [2]).absoluteValue().scalars == [.infinity, 0])
  }

  @Test func gradientAtZeroIsZero() throws {
    let x = Tensor([-1, 0, 1], shape: [3]).tracked()
    let gradient = try #require(x.absoluteValue().sum().gradients()[x])
    #expect(gradient.scalars == [-1, 0, 1])
  }
}
