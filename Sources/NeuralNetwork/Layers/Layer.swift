public import Autograd

/// A function with parameters from one tensor to another.
public protocol Layer {
  /// The output for `input`, in the mode and with the randomness of `pass`.
  func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor
}
