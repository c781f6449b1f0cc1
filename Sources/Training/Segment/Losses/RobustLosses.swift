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

/// Cross-entropy and, bounded, its reverse (Wang et al., ICCV 2019).
public struct SymmetricLoss: SegmentationLoss {
  public static let name = "symmetric"

  @Setting("factor on the cross-entropy", 0...1_000_000) public var forward: Float = 0.1
  @Setting("factor on the cross-entropy with prediction and label exchanged", 0...1_000_000)
  public var reverse: Float = 1

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    symmetricCrossEntropy(logits: logits, labels: labels, forward: forward, reverse: reverse)
  }
}

/// Cross-entropy against the label and, with a smaller share, the network's own guess (Reed et al., 2015).
public struct BootstrappedLoss: SegmentationLoss {
  public static let name = "bootstrapped"

  @Setting("share of the label; the rest is the network's own guess", 0...1) public var trust: Float = 0.8

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    bootstrappedCrossEntropy(logits: logits, labels: labels, trust: trust)
  }
}

/// Cross-entropy against labels of which a share is spread over all classes (Szegedy et al., CVPR 2016).
public struct SmoothedLoss: SegmentationLoss {
  public static let name = "smoothed"

  @Setting("share of the label that all classes get", 0...1) public var smoothing: Float = 0.1

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    smoothedCrossEntropy(logits: logits, labels: labels, smoothing: smoothing)
  }
}

/// Cross-entropy without the pixels of a batch that contradict the network most.
public struct TrimmedLoss: SegmentationLoss {
  public static let name = "trimmed"

  @Setting("share of the known pixels that is kept", .above(0, upTo: 1)) public var kept: Float = 0.8

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    trimmedCrossEntropy(logits: logits, labels: labels, kept: kept)
  }
}
