extension Tensor {
  /// The 2-D cross-correlation of `[batch, height, width, in]` with a kernel `[kh, kw, in/groups, out]`.
  ///
  /// As PyTorch's `conv2d`: the map is padded with zeros on all four sides, the window moves in steps of
  /// `stride`, its taps lie `dilation` apart, and each of `groups` equal parts of the outputs reads its own
  /// part of the inputs.
  ///
  /// - Precondition: the channels fit together, and the window fits into the padded map.
  public func conv2D(
    _ kernel: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) -> Tensor {
    conv2D(
      kernel, bias: bias, stride: stride, padding: .even(padding), dilation: dilation, groups: groups)
  }

  /// The 2-D cross-correlation of `[batch, height, width, in]` with a kernel `[kh, kw, in/groups, out]`; its
  /// padding need not be even.
  ///
  /// - Precondition: the channels fit together, and the window fits into the padded map.
  public func conv2D(
    _ kernel: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: WindowPadding, dilation: Int = 1,
    groups: Int = 1
  ) -> Tensor {
    let convolution = Convolution(
      of: shape, kernel.shape, stride: stride, padding: padding, dilation: dilation, groups: groups)
    precondition(
      bias.map { $0.shape == [kernel.shape[3]] } ?? true,
      "conv2D: the bias \(bias?.shape ?? []) must hold one value per output of the kernel \(kernel.shape)")
    let (x, w) = (detached(), kernel.detached())
    let output = convolution.forward(x, kernel, bias: bias?.detached())
    let kept = (input: kernel.isTracked ? x : nil, kernel: isTracked ? w : nil)
    let isBiasTracked = bias?.isTracked ?? false
    let inputs = [self, kernel] + (bias.map { [$0] } ?? [])
    return output.recorded("conv2D", from: inputs, work: convolution.work(self, kernel)) { gradient in
      [
        kept.kernel.map { convolution.inputGradient(gradient, $0) },
        kept.input.map { convolution.kernelGradient(gradient, $0) },
        isBiasTracked ? gradient.summedOverRows(columns: convolution.outputs) : nil,
      ]
    }
  }
}

extension Convolution {
  /// The convolution of a map `[batch, height, width, in]` with a kernel `[kh, kw, in/groups, out]`.
  ///
  /// - Precondition: the channels fit together, and the window fits into the padded map.
  init(of map: Shape, _ kernel: Shape, stride: Int, padding: WindowPadding, dilation: Int, groups: Int) {
    precondition(kernel.count == 4, "conv2D: the kernel \(kernel) must be [kh, kw, in/groups, out]")
    precondition(
      map.count == 4 && groups > 0 && map[3] == kernel[2] * groups && kernel[3] % groups == 0,
      "conv2D: the input \(map) and the kernel \(kernel) do not fit together in \(groups) groups")
    self.init(
      window: WindowGeometry(
        "conv2D", input: map, windowHeight: kernel[0], windowWidth: kernel[1], stride: stride,
        padding: padding, dilation: dilation),
      outputs: kernel[3], groups: groups)
  }

  /// What a pass over `map` costs.
  func work(_ map: Tensor, _ kernel: Tensor) -> Work {
    let positions = window.batch * window.outputHeight * window.outputWidth
    return Work.product(
      positions * outputs * kernel.shape.dropLast().reduce(1, *), of: map, kernel, kind: kind)
  }

  /// Which kernels do the work.
  private var kind: String {
    isDepthwise ? "depthwise" : window.taps == 1 ? "1×1" : winograd != nil ? "Winograd" : ""
  }
}

extension Tensor {
  /// The 2-D cross-correlation of `[batch, height, width, in]` with a kernel `[kh, kw, in/groups, out]`, then
  /// `normalization`: what `conv2D` and `normalized` give one after the other, to the last bit.
  ///
  /// Where no gradient is wanted and channels fill whole vectors, the convolution is normalised while it is
  /// in the cache, and not written to memory before.
  ///
  /// - Precondition: those of `conv2D` and `normalized`.
  public func conv2D(
    _ kernel: Tensor, stride: Int = 1, padding: WindowPadding = .even(0), dilation: Int = 1, groups: Int = 1,
    then normalization: ChannelNormalization
  ) -> Tensor {
    let inputs = [self, kernel] + normalization.inputs
    let convolution = Convolution(
      of: shape, kernel.shape, stride: stride, padding: padding, dilation: dilation, groups: groups)
    guard convolution.fillsVectors, !inputs.contains(where: \.isTracked) else {
      return conv2D(kernel, stride: stride, padding: padding, dilation: dilation, groups: groups)
        .normalized(normalization)
    }
    let window = convolution.window
    let output: Shape = [window.batch, window.outputHeight, window.outputWidth, convolution.outputs]
    let finish = normalization.affine(of: output).finish(adding: normalization.residual)
    return convolution.forward(self, kernel, bias: nil, finish: finish)
      .recorded("conv2D", from: inputs, work: convolution.work(self, kernel)) { _ in [] }
  }
}
