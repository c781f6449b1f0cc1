public import Autograd
public import Configuration

/// The loss that a segmenter learns from masks with, by name and with its options.
public protocol SegmentationLoss: Component {
  /// The loss: a scalar.
  ///
  /// `logits` are `[batch, height, width, classes]`; `labels` are `[batch, height, width]` and hold a class's
  /// id, 0 for background, or 255 where nothing is known.
  func value(logits: Tensor, labels: Tensor) -> Tensor
}
