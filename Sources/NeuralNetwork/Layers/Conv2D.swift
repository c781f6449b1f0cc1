public import Autograd

/// A 2-D convolution: `[batch, height, width, inputs]` → `[batch, height', width', outputs]`.
///
/// The kernel is `[kernel, kernel, inputs / groups, outputs]` in memory and `[outputs, inputs / groups,
/// kernel, kernel]` in weight files; both start uniform within ±1/√fan-in, as in PyTorch.
public struct Conv2D: Layer {
  /// The kernel `[kernel, kernel, inputs / groups, outputs]`.
  public let weight: Parameter
  /// One value for each output, or `nil`.
  public let bias: Parameter?
  let stride: Int, padding: Int, dilation: Int, groups: Int

  /// A square convolution; with an explicit `initializer` the bias starts at zero.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, bias: Bool = true, initializer: Initializer? = nil, in scope: ParameterScope
  ) {
    let fanIn = inputs / groups * kernel * kernel
    weight = scope.parameter(
      "weight", [kernel, kernel, inputs / groups, outputs], initializer ?? .uniformFanIn(fanIn),
      layout: .convolution)
    self.bias =
      bias ? scope.parameter("bias", [outputs], initializer == nil ? .uniformFanIn(fanIn) : .zeros) : nil
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    input.conv2D(
      weight(pass), bias: bias?(pass), stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}
