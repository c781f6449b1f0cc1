public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy and, bounded, its reverse (Wang et al., ICCV 2019).
public struct SymmetricLoss: SegmentationLoss {
  public static let name = "symmetric"

  @Setting("factor on the cross-entropy", 0...) public var forward: Float = 0.1
  @Setting("factor on the cross-entropy with prediction and label exchanged", 0...)
  public var reverse: Float = 1

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    symmetricCrossEntropy(logits: logits, labels: labels, forward: forward, reverse: reverse)
  }
}
