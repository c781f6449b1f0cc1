public import Autograd
import Configuration
import NeuralNetwork

/// Half the mean cross-entropy over background pixels plus half that over the others.
public struct BalancedLoss: SegmentationLoss {
  public static let name = "balanced"

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    balancedCrossEntropy(logits: logits, labels: labels)
  }
}
