import Autograd
import TestSupport
import Testing

@Suite struct NormalizedTests {
  private let mean = Sample.tensor("mean", [20])
  private let variance = Tensor((0..<20).map { 0.5 + 0.1 * Float($0) }, shape: [20])

  @Test func gradient() {
    expectGradientsMatch("normalized", [[2, 3, 20], [20], [20]]) {
      $0[0].normalized(mean: mean, variance: variance, scale: $0[1], offset: $0[2], epsilon: 1e-3)
    }
  }

  @Test func matchesPyTorch() throws {
    let golden = try Golden("normalized")
    let inputs = try ["x", "scale", "offset"].map { try golden[$0].tracked() }
    let y = try inputs[0].normalized(
      mean: golden["mean"], variance: golden["variance"], scale: inputs[1], offset: inputs[2], epsilon: 1e-3)
    try expectClose(y, golden["y"], tolerance: tolerance(terms: 4, scale: 4))
    let gradients = y.gradients(from: try golden["cotangent"])
    for (name, input) in zip(["x", "scale", "offset"], inputs) {
      try expectClose(
        #require(gradients[input]), golden["\(name).gradient"], tolerance: tolerance(terms: 18, scale: 4),
        name)
    }
  }

  @Test(arguments: Activation.allCases, [false, true])
  func fusedFormEqualsTheComposition(activation: Activation, hasResidual: Bool) throws {
    try expectFusedFormEqualsComposition(activation, hasResidual: hasResidual) {
      $0.normalized(
        mean: mean, variance: variance, scale: $1, offset: $2, epsilon: 1e-3, adding: $3, activation: $4)
    }
  }

  /// With the batch's own statistics the frozen form equals batch norm.
  @Test func equalsBatchNormWithItsStatistics() {
    let x = Sample.tensor("x", [3, 5, 20])
    let (scale, offset) = (Sample.tensor("scale", [20]), Sample.tensor("offset", [20]))
    let batch = x.batchNorm(scale: scale, offset: offset, epsilon: 1e-5)
    let frozen = x.normalized(
      mean: batch.mean, variance: batch.variance, scale: scale, offset: offset, epsilon: 1e-5)
    expectClose(frozen, batch.output, tolerance: tolerance(terms: 1, scale: 4))
  }

  @Test func samplesAreIndependent() {
    let one = Sample.tensor("x", [1, 3, 3, 20])
    let two = Tensor(one.scalars + Sample.tensor("other", [1, 3, 3, 20]).scalars, shape: [2, 3, 3, 20])
    let (scale, offset) = (Sample.tensor("scale", [20]), Sample.tensor("offset", [20]))
    func output(_ x: Tensor) -> [Float] {
      x.normalized(mean: mean, variance: variance, scale: scale, offset: offset, epsilon: 1e-5).scalars
    }
    #expect(output(one) == Array(output(two).prefix(180)))
  }

  @Test func threadsDoNotMatter() {
    let inputs = [Sample.tensor("x", [4, 31, 33, 20]), Sample.tensor("scale", [20]), .zeros([20])]
    expectSameBytesForAnyThreads(inputs) {
      $0[0].normalized(mean: mean, variance: variance, scale: $0[1], offset: $0[2], epsilon: 1e-5)
    }
  }
}
