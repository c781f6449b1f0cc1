public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy against labels of which a share is spread over all classes (Szegedy et al., CVPR 2016).
public struct SmoothedLoss: SegmentationLoss {
  public static let name = "smoothed"
  public static let documentation = ["smoothing": "share of the label that all classes get"]

  public var smoothing: Float = 0.1

  public init() {}

  public func validate() throws(ConfigurationError) { try requireShare("smoothing", smoothing) }

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    smoothedCrossEntropy(logits: logits, labels: labels, smoothing: smoothing)
  }
}
