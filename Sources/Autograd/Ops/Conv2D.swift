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
    precondition(kernel.rank == 4, "conv2D: the kernel \(kernel.shape) must be [kh, kw, in/groups, out]")
    precondition(
      rank == 4 && groups > 0 && shape[3] == kernel.shape[2] * groups && kernel.shape[3] % groups == 0,
      "conv2D: the input \(shape) and the kernel \(kernel.shape) do not fit together in \(groups) groups")
    precondition(
      bias.map { $0.shape == [kernel.shape[3]] } ?? true,
      "conv2D: the bias \(bias?.shape ?? []) must hold one value per output of the kernel \(kernel.shape)")
    let convolution = Convolution(
      window: WindowGeometry(
        "conv2D", input: shape, windowHeight: kernel.shape[0], windowWidth: kernel.shape[1], stride: stride,
        padding: padding, dilation: dilation),
      outputs: kernel.shape[3], groups: groups)
    let (x, w) = (detached(), kernel.detached())
    let output = convolution.forward(x, w, bias: bias?.detached())
    let kept = (input: kernel.isTracked ? x : nil, kernel: isTracked ? w : nil)
    let isBiasTracked = bias?.isTracked ?? false
    let work = Work.product(
      output.count * kernel.shape.dropLast().reduce(1, *), of: self, kernel, kind: convolution.kind)
    return output.recorded("conv2D", from: [self, kernel] + (bias.map { [$0] } ?? []), work: work) {
      gradient in
      [
        kept.kernel.map { convolution.inputGradient(gradient, $0) },
        kept.input.map { convolution.kernelGradient(gradient, $0) },
        isBiasTracked ? gradient.summedOverRows(columns: convolution.outputs) : nil,
      ]
    }
  }
}

extension Convolution {
  /// Which kernels do the work.
  fileprivate var kind: String {
    isDepthwise ? "depthwise" : window.taps == 1 ? "1×1" : ""
  }
}
