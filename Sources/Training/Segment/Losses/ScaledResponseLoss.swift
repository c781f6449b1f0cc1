public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy that counts a label less if its share varies as the responses are scaled (Li et al., URN,
/// AAAI 2022).
public struct ScaledResponseLoss: SegmentationLoss {
  public static let name = "scaled-response"
  public static let documentation = [
    "scales": "what the logits are multiplied by, each in turn",
    "strength": "a label weighs exp(-strength · variance of its share)",
  ]

  public var scales: [Float] = [0.5, 0.75, 1, 1.5, 2]
  public var strength: Float = 20

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard !scales.isEmpty, scales.allSatisfy({ $0 > 0 }) else {
      throw .invalid("scales", "is \(scales); use numbers above 0")
    }
    guard strength >= 0 else { throw .invalid("strength", "is \(strength); use 0 or more") }
  }

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    scaledResponseCrossEntropy(logits: logits, labels: labels, scales: scales, strength: strength)
  }
}
