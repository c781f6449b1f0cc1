public import Autograd

/// A named tensor that belongs to a model's state but has no gradient, such as batch norm's running mean.
public final class Buffer {
  /// The full name, as in torchvision's and timm's weight files.
  public let name: String
  /// The current values.
  public var value: Tensor

  init(name: String, value: Tensor) {
    self.name = name
    self.value = value
  }
}
