public import Autograd
import Configuration
import NeuralNetwork

/// The mean cross-entropy over all known pixels.
public struct CrossEntropyLoss: SegmentationLoss {
  public static let name = "cross-entropy"
  public static let documentation: [String: String] = [:]

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    crossEntropy(logits: logits, labels: labels)
  }
}
