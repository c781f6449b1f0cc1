public import Autograd

/// `x·weightᵀ + bias` over the last axis: `[…, inputs]` → `[…, outputs]`.
///
/// `weight` is `[outputs, inputs]`; both start uniform within ±1/√inputs, as in PyTorch.
public struct Linear: Layer {
  /// The matrix `[outputs, inputs]`.
  public let weight: Parameter
  /// One value for each output, or `nil`.
  public let bias: Parameter?

  /// A layer from `inputs` to `outputs` channels.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer? = nil,
    in scope: ParameterScope
  ) {
    weight = scope.parameter("weight", [outputs, inputs], initializer ?? .uniformFanIn(inputs))
    self.bias =
      bias ? scope.parameter("bias", [outputs], initializer == nil ? .uniformFanIn(inputs) : .zeros) : nil
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    input.linear(weight(pass), bias: bias?(pass))
  }
}
