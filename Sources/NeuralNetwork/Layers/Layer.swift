public import Autograd

/// A function with parameters from one tensor to another.
public protocol Layer {
  /// The output for `input`, in the mode and with the randomness of `pass`.
  func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor
}

/// How one forward pass runs: for inference, or for a training step with its randomness.
///
/// Mode and randomness travel with the call; no layer keeps a flag. Random numbers are named by seed, layer
/// name and step, so a resumed run draws what the interrupted one would have drawn.
public enum Pass: Sendable {
  /// Parameters are constants, dropout is off, batch norm uses its running statistics.
  case inference
  /// Parameters are tracked, and random layers draw from the streams of this seed and step.
  case training(seed: UInt64, step: Int)

  /// Whether gradients will be wanted.
  public var isTraining: Bool {
    if case .training = self { true } else { false }
  }

  /// The random stream of the layer called `name`, or `nil` for inference.
  public func random(for name: String) -> Philox? {
    guard case .training(let seed, let step) = self else { return nil }
    return Philox(seed: seed, name: name, step: step)
  }
}
