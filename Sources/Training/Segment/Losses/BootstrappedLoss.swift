public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy against the label and, with a smaller share, the network's own guess (Reed et al., 2015).
public struct BootstrappedLoss: SegmentationLoss {
  public static let name = "bootstrapped"

  @Setting("share of the label; the rest is the network's own guess", 0...1) public var trust: Float = 0.8

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    bootstrappedCrossEntropy(logits: logits, labels: labels, trust: trust)
  }
}
