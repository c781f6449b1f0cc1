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
    let output = input.conv2D(
      weight(pass), bias: bias?(pass), stride: stride, padding: padding, dilation: dilation, groups: groups)
    if let bias { BiasTaps.current?.note(output, bias: bias.value) }
    return output
  }
}

/// A convolution that learns where its taps read: `[batch, height, width, channels]` → the same.
///
/// A convolution of the same window, whose weights start at zero, computes how far each tap moves, within a
/// `limit` in positions of the map. The main weights start as a weighted mean over the window of each channel
/// by itself: the first step sees a slightly blurred map, and every tap's offset has a gradient (with the
/// identity on the middle tap alone, the others' would be zero).
///
/// Modulated (version 2), a further convolution computes a factor for each tap, 2·σ(x), which starts at 1.
public struct DeformableConv2D: Layer {
  /// The main kernel `[kernel, kernel, channels, channels]`.
  public let weight: Parameter
  /// The convolution whose output are the offsets, y and then x of each tap.
  public let offset: Conv2D
  /// The convolution whose output becomes each tap's factor, or `nil`.
  public let mask: Conv2D?
  /// The farthest that a tap may move along an axis, in positions of the map.
  public let limit: Float
  private let padding: Int

  /// A layer with an odd square window that keeps the map's size.
  ///
  /// `center` is the middle tap's share of the first main weights, 0 … 1; without one all taps have the same.
  public init(
    _ channels: Int, kernel: Int = 3, limit: Float, center: Float? = nil, modulated: Bool = false,
    in scope: ParameterScope
  ) {
    precondition(kernel % 2 == 1, "DeformableConv2D: the window \(kernel) must be odd to keep the map's size")
    let taps = kernel * kernel
    weight = scope.parameter(
      "weight", [kernel, kernel, channels, channels],
      .windowIdentity(center: center ?? 1 / Float(taps)), layout: .convolution)
    func convolution(_ outputs: Int, _ name: String) -> Conv2D {
      Conv2D(channels, outputs, kernel: kernel, padding: kernel / 2, initializer: .zeros, in: scope[name])
    }
    offset = convolution(2 * taps, "offset")
    mask = modulated ? convolution(taps, "mask") : nil
    self.limit = limit
    padding = kernel / 2
  }

  /// How far each tap moves at each position, `[batch, height, width, 2 · kernel²]`, in positions of the map.
  public func offsets(_ input: Tensor, _ pass: Pass) -> Tensor {
    offset(input, pass).clamped(to: -limit...limit)
  }

  /// The output for `input` with these offsets.
  public func callAsFunction(_ input: Tensor, offsets: Tensor, _ pass: Pass) -> Tensor {
    input.deformableConv2D(
      weight(pass), offsets: offsets, mask: mask.map { 2 * $0(input, pass).sigmoid() }, padding: padding)
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    self(input, offsets: offsets(input, pass), pass)
  }
}
