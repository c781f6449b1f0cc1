public import Autograd

/// The network of `Tests/Oracle/attribution.py`: rectifiers behind norms, behind a residual, cut at six, and
/// alone.
public struct RectifiedNetwork {
  /// The file with its weights, and with what others make of it.
  public let golden: Golden
  private let weights: [String: Tensor]

  /// The network with the weights of the golden file.
  public init() throws {
    golden = try Golden("attribution")
    var weights: [String: Tensor] = [:]
    for name in golden.names { weights[name] = try golden[name] }
    self.weights = weights
  }

  /// Two images, `[2, 8, 12, 3]`.
  public var images: Tensor { weights["images"] ?? Tensor(0) }

  /// The last map, `[batch, 4, 6, 4]`.
  public func map(_ images: Tensor) -> Tensor {
    let first = normalized(convolved(images, 1), 1, .relu)
    let second = normalized(convolved(first, 2), 2, .relu, adding: first)
    let third = normalized(convolved(second, 3, stride: 2), 3, .none).relu6()
    let last = third.conv2D(weight("conv4.weight"), bias: weight("conv4.bias"))
    return last.relu()
  }

  /// Three scores, `[batch, 3]`, of the last map.
  public func logits(_ map: Tensor) -> Tensor {
    map.globalAveragePool().linear(weight("linear.weight"), bias: weight("linear.bias"))
  }

  /// The scores of each position, without the bias.
  public func classMaps(_ map: Tensor) -> Tensor { map.linear(weight("linear.weight")) }

  private func weight(_ name: String) -> Tensor { weights[name] ?? Tensor(0) }

  private func convolved(_ input: Tensor, _ index: Int, stride: Int = 1) -> Tensor {
    input.conv2D(weight("conv\(index).weight"), stride: stride, padding: 1)
  }

  private func normalized(
    _ input: Tensor, _ index: Int, _ activation: Activation, adding residual: Tensor? = nil
  ) -> Tensor {
    let name = "norm\(index)"
    return input.normalized(
      mean: weight(name + ".running_mean"), variance: weight(name + ".running_var"),
      scale: weight(name + ".weight"), offset: weight(name + ".bias"), epsilon: 1e-5, adding: residual,
      activation: activation)
  }
}
