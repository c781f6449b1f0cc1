import Autograd
import Foundation
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct TargetTests {
  private let logits = Tensor([1, -2, 0.5, 3, 0, 2, 2.5, -1], shape: [2, 4])

  private func expect(_ target: Target, _ first: Double, _ second: Double) {
    expectClose(
      target(logits, classes: [2, 1]), Tensor([Float(first), Float(second)], shape: [2]),
      tolerance: tolerance(terms: 8), target.name)
  }

  @Test func scalarsOfTheScores() {
    expect(.logit, 0.5, 2)
    expect(.probability, 1 / (1 + exp(-0.5)), 1 / (1 + exp(-2)))
    expect(.logProbability, -log(1 + exp(-0.5)), -log(1 + exp(-2)))
    let sums = ([1, -2, 0.5, 3].map(exp).reduce(0, +), [0, 2, 2.5, -1].map(exp).reduce(0, +))
    expect(.softmax, exp(0.5) / sums.0, exp(2) / sums.1)
    expect(.logSoftmax, 0.5 - log(sums.0), 2 - log(sums.1))
    expect(.negative(), -0.5, -2)
    expect(.difference(from: 3), 0.5 - 3, 2 + 1)
    // The two scores closest to 0.5 are 1 and −2 or 3, both 2.5 away, of which the first counts.
    expect(.contrast(strength: 0.5, count: 2), 0.5 - 0.25 * (1 - 2), 2 - 0.25 * (2.5 + 0))
    expect(.contrast(strength: 1, count: 9), 0.5 - (1 - 2 + 3) / 3, 2 - 1.5 / 3)
  }

  @Test func aHeadOfOneOutputHasTwoSigns() {
    let scores = Tensor([2, -1], shape: [2, 1])
    #expect(Target.binary(positive: true)(scores, classes: [0, 0]).scalars == [2, -1])
    #expect(Target.binary(positive: false)(scores, classes: [0, 0]).scalars == [-2, 1])
  }

  @Test func namesTellTargetsApart() {
    let targets: Set<Target> = [
      .logit, .negative(), .negative(.probability), .difference(from: 1), .difference(from: 2),
      .contrast(strength: 1, count: 3), .contrast(strength: 0.5, count: 3), .binary(positive: true),
      .binary(positive: false),
    ]
    #expect(targets.count == 9)
    #expect(targets.contains(.difference(from: 2)))
  }

  @Test func gradientsOfLinearTargetsAreTheirWeights() throws {
    let leaf = logits.tracked()
    let gradients = Target.difference(from: 3)(leaf, classes: [2, 1]).sum().gradients()
    try #expect(#require(gradients[leaf]).scalars == [0, 0, 1, -1, 0, 1, 0, -1])
  }
}
