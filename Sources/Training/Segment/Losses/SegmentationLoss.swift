public import Autograd
public import Configuration
import NeuralNetwork

/// The loss that a segmenter learns from masks with, by name and with its options.
public protocol SegmentationLoss: Component {
  /// The loss: a scalar.
  ///
  /// `logits` are `[batch, height, width, classes]`; `labels` are `[batch, height, width]` and hold a class's
  /// id, 0 for background, or 255 where nothing is known.
  func value(logits: Tensor, labels: Tensor) -> Tensor
}

/// The mean cross-entropy over all known pixels.
public struct CrossEntropyLoss: SegmentationLoss {
  public static let name = "cross-entropy"

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    crossEntropy(logits: logits, labels: labels)
  }
}

/// Half the mean cross-entropy over background pixels plus half that over the others.
public struct BalancedLoss: SegmentationLoss {
  public static let name = "balanced"

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    balancedCrossEntropy(logits: logits, labels: labels)
  }
}
