import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct BatchNormTests {
  private let training = Pass.training(seed: 0, step: 0)
  private let x = Tensor([1, 10, 3, 30, 5, 50, 7, 70], shape: [1, 2, 2, 2])

  @Test func matchesReferenceAndMovesItsStatistics() throws {
    try expectLayerMatches("batchNorm", terms: 24) { BatchNorm(5, in: $0) }
  }

  @Test func inferenceUsesTheRunningStatisticsAndLeavesThemAlone() {
    let norm = BatchNorm(2, epsilon: 0, in: ParameterStore(seed: 0).root)
    norm.runningMean.value = Tensor([1, 10], shape: [2])
    norm.runningVariance.value = Tensor([4, 100], shape: [2])
    #expect(norm(x, .inference).scalars == [0, 0, 1, 2, 2, 4, 3, 6])
    #expect(norm.runningMean.value.scalars == [1, 10])
  }

  @Test func aFrozenNormDoesTheSameWhileTrainingAndItsScaleLearns() throws {
    let norm = BatchNorm(2, frozen: true, epsilon: 0, in: ParameterStore(seed: 0).root)
    norm.runningMean.value = Tensor([1, 10], shape: [2])
    let y = norm(x, training)
    #expect(y.scalars == norm(x, .inference).scalars)
    #expect(norm.runningMean.value.scalars == [1, 10])
    #expect(try #require(y.sum().gradients()[norm.weight]).scalars == [12, 120])
  }

  @Test func aSingleValuePerChannelIsNormalisedByTheRunningStatistics() {
    let norm = BatchNorm(2, in: ParameterStore(seed: 0).root)
    let y = norm(Tensor([3, 4], shape: [1, 1, 1, 2]), training)
    #expect(y.scalars == norm(Tensor([3, 4], shape: [1, 1, 1, 2]), .inference).scalars)
    #expect(norm.runningMean.value.scalars == [0, 0])
  }
}
