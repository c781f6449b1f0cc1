public import Autograd
public import Configuration

/// The loss that a segmenter learns from masks with, by name and with its options.
public protocol SegmentationLoss: Component, Validatable {
  /// The loss: a scalar.
  ///
  /// `logits` are `[batch, height, width, classes]`; `labels` are `[batch, height, width]` and hold a class's
  /// id, 0 for background, or 255 where nothing is known.
  func value(logits: Tensor, labels: Tensor) -> Tensor
}

extension SegmentationLoss {
  public func validate() throws(ConfigurationError) {}

  /// Checks that an option is a number from 0 to 1, and above 0 if it must be.
  func requireShare(_ key: String, _ value: Float, aboveZero: Bool = false) throws(ConfigurationError) {
    guard value >= 0, value <= 1, value > 0 || !aboveZero else {
      throw .invalid(key, "is \(value); use a number \(aboveZero ? "above 0 and up to" : "from 0 to") 1")
    }
  }
}
