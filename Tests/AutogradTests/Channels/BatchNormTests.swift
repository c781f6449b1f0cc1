import Autograd
import TestSupport
import Testing

@Suite struct BatchNormTests {
  @Test(arguments: [[4, 3, 2, 5], [2, 3, 3, 24], [9, 16]] as [Shape])
  func gradient(shape: Shape) {
    let channels = shape[shape.rank - 1]
    expectGradientsMatch("batchNorm", [shape, [channels], [channels]]) {
      $0[0].batchNorm(scale: $0[1], offset: $0[2], epsilon: 1e-2).output
    }
  }

  @Test func matchesPyTorch() throws {
    try Golden("batch_norm").expectTable(inputs: ["x", "scale", "offset"], terms: 70) { inputs, _ in
      inputs[0].batchNorm(scale: inputs[1], offset: inputs[2], epsilon: 1e-5).output
    }
  }

  @Test(arguments: Activation.allCases, [false, true])
  func fusedFormEqualsTheComposition(activation: Activation, hasResidual: Bool) throws {
    try expectFusedFormEqualsComposition(activation, hasResidual: hasResidual) {
      $0.batchNorm(scale: $1, offset: $2, epsilon: 1e-3, adding: $3, activation: $4).output
    }
  }

  @Test func outputHasTheRequestedMoments() {
    let x = Sample.tensor("x", [3, 11, 13, 20])
    let y = x.batchNorm(
      scale: Tensor(repeating: 2, shape: [20]), offset: Tensor(repeating: -1, shape: [20]), epsilon: 0
    ).output
    let again = y.batchNorm(scale: .ones([20]), offset: .zeros([20]), epsilon: 0)
    expectClose(again.mean, Tensor(repeating: -1, shape: [20]), tolerance: tolerance(terms: 429, scale: 2))
    expectClose(again.variance, Tensor(repeating: 4, shape: [20]), tolerance: tolerance(terms: 429, scale: 4))
  }

  /// A mean 10,000 times the deviation: sums of squares of the raw values would leave no digit.
  @Test func largeMeansDoNotCancel() {
    let x = Tensor((0..<6400).map { 10_000 + ($0 / 64 % 2 == 0 ? 1 : -1) }, shape: [100, 64])
    let result = x.batchNorm(scale: .ones([64]), offset: .zeros([64]), epsilon: 0)
    expectClose(result.mean, Tensor(repeating: 10_000, shape: [64]), tolerance: 0)
    expectClose(result.variance, .ones([64]), tolerance: tolerance(terms: 1))
  }

  /// A constant added to a channel is removed again, so the gradient of each channel adds up to nothing.
  @Test func inputGradientIsOrthogonalToShifts() throws {
    let x = Sample.tensor("x", [2, 9, 9, 24]).tracked()
    let y = x.batchNorm(scale: .ones([24]), offset: .zeros([24]), epsilon: 1e-5).output
    let gradient = try #require(y.gradients(from: Sample.tensor("cotangent", y.shape))[x])
    let means = gradient.batchNorm(scale: .ones([24]), offset: .zeros([24]), epsilon: 1).mean
    expectClose(means, .zeros([24]), tolerance: tolerance(terms: 162))
  }

  @Test(arguments: [24, 64, 5])
  func threadsDoNotMatter(channels: Int) {
    expectSameBytesForAnyThreads(
      [Sample.tensor("x", [4, 31, 33, channels]), Sample.tensor("scale", [channels]), .zeros([channels])]
    ) {
      $0[0].batchNorm(scale: $0[1], offset: $0[2], epsilon: 1e-5).output
    }
  }

  @Test func refusesCoefficientsOfOtherChannels() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.zeros([2, 3]).batchNorm(scale: .ones([2]), offset: .zeros([3]), epsilon: 1)
    }
  }

  /// A channel with a value that is not a number has statistics that are none, and only that channel.
  @Test func notANumberReachesTheStatistics() {
    let x = Tensor([1, .nan, 3, 4, 5, 6], shape: [3, 2])
    let (output, mean, variance) = x.batchNorm(scale: .ones([2]), offset: .zeros([2]), epsilon: 0)
    #expect(mean.scalars[0] == 3 && mean.scalars[1].isNaN)
    expectClose(variance.slice(axis: 0, 0..<1), Tensor([8.0 / 3], shape: [1]), tolerance: 1e-6)
    #expect(variance.scalars[1].isNaN)
    #expect(output.slice(axis: 1, 1..<2).scalars.allSatisfy { $0.isNaN })
    #expect(output.slice(axis: 1, 0..<1).scalars.allSatisfy { $0.isFinite })
  }

  /// With given statistics, neither a value nor a gradient that is not a number touches its neighbours.
  @Test func givenStatisticsKeepNotANumberInItsPlace() throws {
    let x = Tensor([1, .nan, 3], shape: [3, 1]).tracked()
    let scale = Tensor([2], shape: [1]).tracked()
    let y = x.normalized(
      mean: .zeros([1]), variance: .ones([1]), scale: scale, offset: .zeros([1]), epsilon: 0)
    let plain = try #require(y.gradients(from: Tensor([1, 1, 1], shape: [3, 1]))[x])
    #expect(plain.scalars == [2, 2, 2])
    let z = Tensor([1, 2, 3], shape: [3, 1]).tracked()
    let other = z.normalized(
      mean: .zeros([1]), variance: .ones([1]), scale: scale, offset: .zeros([1]), epsilon: 0)
    let gradient = try #require(other.gradients(from: Tensor([1, .nan, 3], shape: [3, 1]))[z]).scalars
    #expect(gradient[0] == 2 && gradient[1].isNaN && gradient[2] == 6)
  }

  @Test(arguments: [[0, 3], [0, 2, 2, 3], [4, 0]] as [Shape])
  func nothingGivesNothing(shape: Shape) {
    let channels = shape[shape.rank - 1]
    let (output, mean, _) = Tensor.zeros(shape).batchNorm(
      scale: .ones([channels]), offset: .zeros([channels]), epsilon: 1e-5)
    #expect(output.shape == shape)
    #expect(mean.scalars.allSatisfy { $0.isNaN } && mean.count == channels)
  }
}

/// Checks a normalisation with residual and activation against the same as separate operations.
func expectFusedFormEqualsComposition(
  _ activation: Activation, hasResidual: Bool,
  _ norm: (_ x: Tensor, _ scale: Tensor, _ offset: Tensor, _ residual: Tensor?, _ activation: Activation) ->
    Tensor
) throws {
  let shapes: [Shape] = [[3, 5, 7, 20], [20], [20], [3, 5, 7, 20]]
  let inputs = shapes.enumerated().map { Sample.tensor("\($0)", $1) }
  func results(fused: Bool) throws -> [Tensor] {
    let tracked = inputs.map { $0.tracked() }
    let (x, scale, offset, residual) = (tracked[0], tracked[1], tracked[2], hasResidual ? tracked[3] : nil)
    var output = norm(x, scale, offset, fused ? residual : nil, fused ? activation : .none)
    if !fused, let residual { output = output + residual }
    if !fused, activation != .none { output = activation == .relu ? output.relu() : output.relu6() }
    let gradients = output.gradients(from: Sample.tensor("cotangent", output.shape))
    return try [output] + tracked.prefix(hasResidual ? 4 : 3).map { try #require(gradients[$0]) }
  }
  for (fused, separate) in zip(try results(fused: true), try results(fused: false)) {
    expectClose(fused, separate, tolerance: tolerance(terms: 105, scale: 4))
  }
}

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
