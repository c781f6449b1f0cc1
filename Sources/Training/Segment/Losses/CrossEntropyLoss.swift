public import Autograd
import Configuration
import NeuralNetwork

/// The mean cross-entropy over all known pixels.
public struct CrossEntropyLoss: SegmentationLoss {
  public static let name = "cross-entropy"

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    crossEntropy(logits: logits, labels: labels)
  }
}
