public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy against labels of which a share is spread over all classes (Szegedy et al., CVPR 2016).
public struct SmoothedLoss: SegmentationLoss {
  public static let name = "smoothed"

  @Setting("share of the label that all classes get", 0...1) public var smoothing: Float = 0.1

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    smoothedCrossEntropy(logits: logits, labels: labels, smoothing: smoothing)
  }
}
