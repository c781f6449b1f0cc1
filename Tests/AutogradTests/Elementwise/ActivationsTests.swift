import Autograd
import TestSupport
import Testing

@Suite struct ReLUTests {
  @Test func gradient() {
    expectGradientsMatch("relu", [[4, 5]], keepAwayFrom: [0]) { $0[0].relu() }
  }

  @Test func matchesReference() throws {
    let golden = try Golden("relu")
    let x = try golden["x"].tracked()
    let y = x.relu()
    try expectClose(y, golden["y"], tolerance: 0)
    let gradients = y.gradients(from: try golden["cotangent"])
    try expectClose(#require(gradients[x]), golden["x.gradient"], tolerance: 0)
  }

  @Test func isIdempotent() {
    let x = Tensor([-1, 0, 2, .infinity], shape: [4]).relu()
    #expect(x.scalars == [0, 0, 2, .infinity])
    #expect(x.relu().scalars == x.scalars)
  }
}

@Suite struct ReLU6Tests {
  @Test func matchesPyTorch() throws {
    try Golden("relu6").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].relu6() }
  }

  @Test func gradient() {
    expectGradientsMatch("relu6", [[4, 5]], in: -3...9, keepAwayFrom: [0, 6]) { $0[0].relu6() }
  }

  @Test func isIdempotent() {
    let x = Tensor([-1, 0, 2, 6, 7, .infinity], shape: [6]).relu6()
    #expect(x.scalars == [0, 0, 2, 6, 6, 6])
    #expect(x.relu6().scalars == x.scalars)
  }
}

@Suite struct SigmoidTests {
  @Test func matchesPyTorch() throws {
    try Golden("sigmoid").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].sigmoid() }
  }

  @Test func gradient() {
    expectGradientsMatch("sigmoid", [[4, 5]]) { $0[0].sigmoid() }
  }

  @Test func isPointSymmetric() {
    let x = Sample.tensor("x", [3, 19]) * 5
    expectClose(x.sigmoid() + (-x).sigmoid(), .ones([3, 19]), tolerance: tolerance(terms: 1))
    #expect(Tensor([-.infinity, 0, .infinity], shape: [3]).sigmoid().scalars == [0, 0.5, 1])
  }
}

@Suite struct HyperbolicTangentTests {
  @Test func matchesPyTorch() throws {
    try Golden("hyperbolicTangent").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].tanh() }
  }

  @Test func gradient() {
    expectGradientsMatch("hyperbolicTangent", [[4, 5]]) { $0[0].tanh() }
  }

  @Test func isAStretchedSigmoid() {
    let x = Sample.tensor("x", [3, 19]) * 3
    expectClose(x.tanh(), (x * 2).sigmoid() * 2 - 1, tolerance: tolerance(terms: 1))
    #expect(Tensor([-.infinity, 0, .infinity], shape: [3]).tanh().scalars == [-1, 0, 1])
  }
}

@Suite struct SoftplusTests {
  @Test func matchesPyTorch() throws {
    try Golden("softplus").expectTable(inputs: ["x"], terms: 1, scale: 16) { inputs, _ in inputs[0].softplus()
    }
  }

  @Test func gradient() {
    expectGradientsMatch("softplus", [[4, 5]]) { $0[0].softplus() }
  }

  @Test func derivativeIsTheSigmoid() throws {
    let x = (Sample.tensor("x", [3, 19]) * 5).tracked()
    let gradient = try #require(x.softplus().sum().gradients()[x])
    expectClose(gradient, x.detached().sigmoid(), tolerance: tolerance(terms: 1))
  }

  @Test func largeValuesStayFinite() {
    #expect(Tensor([-1000, 1000, .infinity], shape: [3]).softplus().scalars == [0, 1000, .infinity])
  }
}
