public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy without the pixels of a batch that contradict the network most.
public struct TrimmedLoss: SegmentationLoss {
  public static let name = "trimmed"

  @Setting("share of the known pixels that is kept", .above(0, upTo: 1)) public var kept: Float = 0.8

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    trimmedCrossEntropy(logits: logits, labels: labels, kept: kept)
  }
}
