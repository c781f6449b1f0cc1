public import Autograd

/// Normalises each channel over the batch and all positions: `[…, channels]` → the same.
///
/// A training pass uses the statistics of the batch and moves the running ones towards them:
/// `running ← 0.9·running + 0.1·batch`, with the unbiased variance, as in PyTorch. Inference uses the running
/// ones. A *frozen* norm uses the running ones always; its scale and offset still learn. So does a norm whose
/// input has a single value for each channel, because the variance of one value is undefined.
public struct BatchNorm: Layer {
  /// The factor of each channel; starts at one.
  public let weight: Parameter
  /// The offset of each channel; starts at zero.
  public let bias: Parameter
  /// The running mean of each channel.
  public let runningMean: Buffer
  /// The running variance of each channel.
  public let runningVariance: Buffer
  /// Whether a training pass leaves the running statistics alone and uses them.
  public let isFrozen: Bool
  private let epsilon: Float
  private let momentum: Float

  /// A norm of `channels` channels; `momentum` is the share of each batch in the running statistics.
  public init(
    _ channels: Int, frozen: Bool = false, epsilon: Float = 1e-5, momentum: Float = 0.1,
    in scope: ParameterScope
  ) {
    weight = scope.parameter("weight", [channels], .ones)
    bias = scope.parameter("bias", [channels], .zeros)
    runningMean = scope.buffer("running_mean", [channels], repeating: 0)
    runningVariance = scope.buffer("running_var", [channels], repeating: 1)
    isFrozen = frozen
    self.epsilon = epsilon
    self.momentum = momentum
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    self(input, pass, adding: nil)
  }

  /// `activation(norm(input) + residual)` without a further pass over memory.
  public func callAsFunction(
    _ input: Tensor, _ pass: Pass, adding residual: Tensor? = nil, activation: Activation = .none
  ) -> Tensor {
    let samples = input.count / max(weight.shape[0], 1)
    guard pass.isTraining, !isFrozen, samples > 1 else {
      if let taps = BiasTaps.current {
        return tapped(input, pass, taps, adding: residual, activation: activation)
      }
      return input.normalized(running(pass, adding: residual, activation: activation))
    }
    let (output, mean, variance) = input.batchNorm(
      scale: weight(pass), offset: bias(pass), epsilon: epsilon, adding: residual, activation: activation)
    move(runningMean, towards: mean, factor: 1)
    move(runningVariance, towards: variance, factor: Float(samples) / Float(samples - 1))
    return output
  }

  /// `activation(norm(convolution(input)) + residual)`; in inference without gradients, the convolution is
  /// not written to memory where its channels fill whole vectors.
  ///
  /// - Precondition: the convolution has no bias, which the norm would take away.
  public func callAsFunction(
    _ convolution: Conv2D, _ input: Tensor, _ pass: Pass, adding residual: Tensor? = nil,
    activation: Activation = .none
  ) -> Tensor {
    precondition(convolution.bias == nil, "BatchNorm: the convolution before it has a bias")
    guard !pass.isTraining, BiasTaps.current == nil else {
      return self(convolution(input, pass), pass, adding: residual, activation: activation)
    }
    return input.conv2D(
      convolution.weight(pass), stride: convolution.stride, padding: convolution.padding,
      dilation: convolution.dilation, groups: convolution.groups,
      then: running(pass, adding: residual, activation: activation))
  }

  /// The norm in inference, noted before what follows it; its bias is what it adds to a map of zeros.
  private func tapped(
    _ input: Tensor, _ pass: Pass, _ taps: BiasTaps, adding residual: Tensor?, activation: Activation
  ) -> Tensor {
    let norm = running(pass, adding: nil, activation: .none)
    let output = input.normalized(norm)
    taps.note(output, bias: Tensor.zeros([1, weight.shape[0]]).normalized(norm).sum(axes: [0]))
    let sum = residual.map { output + $0 } ?? output
    switch activation {
    case .none: return sum
    case .relu: return sum.relu()
    case .relu6: return sum.relu6()
    }
  }

  /// The norm with its running statistics.
  private func running(_ pass: Pass, adding residual: Tensor?, activation: Activation) -> ChannelNormalization
  {
    ChannelNormalization(
      mean: runningMean.value, variance: runningVariance.value, scale: weight(pass), offset: bias(pass),
      epsilon: epsilon, adding: residual, activation: activation)
  }

  private func move(_ buffer: Buffer, towards batch: Tensor, factor: Float) {
    buffer.value.mutate { running in
      batch.withSpan { batch in
        for index in batch.indices {
          running[index] = (1 - momentum) * running[index] + momentum * factor * batch[index]
        }
      }
    }
  }
}
