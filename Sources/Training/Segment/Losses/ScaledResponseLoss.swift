public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy that counts a label less if its share varies as the responses are scaled (Li et al., URN,
/// AAAI 2022).
public struct ScaledResponseLoss: SegmentationLoss {
  public static let name = "scaled-response"

  @Setting("what the logits are multiplied by, each in turn", .each(.above(0, upTo: 1000)), .count(1...64))
  public var scales: [Float] = [0.5, 0.75, 1, 1.5, 2]
  @Setting("a label weighs exp(-strength · variance of its share)", 0...1_000_000)
  public var strength: Float = 20

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    scaledResponseCrossEntropy(logits: logits, labels: labels, scales: scales, strength: strength)
  }
}
