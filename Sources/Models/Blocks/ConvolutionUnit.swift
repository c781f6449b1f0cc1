import Autograd
import NeuralNetwork

/// A convolution without bias, a batch norm and an activation.
struct ConvolutionUnit: Layer {
  private let convolution: Conv2D
  private let norm: BatchNorm
  private let activation: Activation

  /// A unit whose padding, even where nothing else is said, keeps the size apart from the stride; parameters
  /// below the two scopes.
  init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: WindowPadding? = nil,
    dilation: Int = 1, groups: Int = 1, epsilon: Float = 1e-5, activation: Activation = .relu,
    frozenNorm: Bool = false, in convolutionScope: ParameterScope, _ normScope: ParameterScope
  ) {
    convolution = Conv2D(
      inputs, outputs, kernel: kernel, stride: stride,
      padding: padding ?? .even(dilation * (kernel - 1) / 2), dilation: dilation, groups: groups, bias: false,
      initializer: .kaimingNormalFanOut(outputs * kernel * kernel), in: convolutionScope)
    norm = BatchNorm(outputs, frozen: frozenNorm, epsilon: epsilon, in: normScope)
    self.activation = activation
  }

  func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    norm(convolution, input, pass, activation: activation)
  }

  /// The output with `residual` added before `activation`, which takes the place of the unit's own.
  func callAsFunction(
    _ input: Tensor, _ pass: Pass, adding residual: Tensor, activation: Activation = .none
  ) -> Tensor {
    norm(convolution, input, pass, adding: residual, activation: activation)
  }
}
