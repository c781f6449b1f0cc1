public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy without the pixels of a batch that contradict the network most.
public struct TrimmedLoss: SegmentationLoss {
  public static let name = "trimmed"
  public static let documentation = ["kept": "share of the known pixels that is kept"]

  public var kept: Float = 0.8

  public init() {}

  public func validate() throws(ConfigurationError) { try requireShare("kept", kept, aboveZero: true) }

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    trimmedCrossEntropy(logits: logits, labels: labels, kept: kept)
  }
}
