public import Autograd
public import Configuration
import NeuralNetwork

/// Between cross-entropy and the absolute error, so that labels which the network does not believe weigh less
/// (Zhang and Sabuncu, NeurIPS 2018).
public struct GeneralizedLoss: SegmentationLoss {
  public static let name = "generalized"

  @Setting("towards 0 cross-entropy, 1 the absolute error", .above(0, upTo: 1))
  public var exponent: Float = 0.7

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    generalizedCrossEntropy(logits: logits, labels: labels, exponent: exponent)
  }
}
