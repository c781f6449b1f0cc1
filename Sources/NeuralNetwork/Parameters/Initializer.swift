public import Autograd

/// How a parameter gets its first values.
///
/// `inputs` of a rule is the fan-in: for a linear weight `[outputs, inputs]` the second extent, for a
/// convolution kernel `[height, width, inputs, outputs]` the product of the first three.
public enum Initializer: Sendable {
  case zeros
  case ones
  /// The same value everywhere.
  case constant(Float)
  /// Uniform within ±1/√fan-in: PyTorch's default for linear and convolution weights and their biases.
  case uniformFanIn(Int)
  /// Normal with variance 2/fan-out: torchvision's initialisation of ResNet convolutions.
  case kaimingNormalFanOut(Int)
  /// Normal with mean 0 and this standard deviation.
  case normal(Float)
  /// Normal with this standard deviation, redrawn beyond two of them: the initialisation of transformers.
  case truncatedNormal(Float)

  /// Fresh values for a parameter of `shape`, from `random`.
  public func values(shape: Shape, random: Philox) -> Tensor {
    var random = random
    switch self {
    case .zeros: return .zeros(shape)
    case .ones: return .ones(shape)
    case .constant(let value): return Tensor(repeating: value, shape: shape)
    case .uniformFanIn(let fanIn):
      let bound = 1 / Float(max(fanIn, 1)).squareRoot()
      return Self.fill(shape) { random.uniform(in: -bound...bound) }
    case .kaimingNormalFanOut(let fanOut):
      let deviation = (2 / Float(max(fanOut, 1))).squareRoot()
      return Self.fill(shape) { random.normal() * deviation }
    case .normal(let deviation):
      return Self.fill(shape) { random.normal() * deviation }
    case .truncatedNormal(let deviation):
      return Self.fill(shape) {
        var value = random.normal()
        while abs(value) > 2 { value = random.normal() }
        return value * deviation
      }
    }
  }

  private static func fill(_ shape: Shape, _ next: () -> Float) -> Tensor {
    Tensor(shape: shape) { out in
      for index in out.indices { out[index] = next() }
    }
  }
}
