public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy and, bounded, its reverse (Wang et al., ICCV 2019).
public struct SymmetricLoss: SegmentationLoss {
  public static let name = "symmetric"
  public static let documentation = [
    "forward": "factor on the cross-entropy",
    "reverse": "factor on the cross-entropy with prediction and label exchanged",
  ]

  public var forward: Float = 0.1
  public var reverse: Float = 1

  public init() {}

  public func validate() throws(ConfigurationError) {
    for (key, value) in [("forward", forward), ("reverse", reverse)] where !(value >= 0) {
      throw .invalid(key, "is \(value); use 0 or more")
    }
  }

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    symmetricCrossEntropy(logits: logits, labels: labels, forward: forward, reverse: reverse)
  }
}
