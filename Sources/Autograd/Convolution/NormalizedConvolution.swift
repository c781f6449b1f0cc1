extension Tensor {
  /// The 2-D cross-correlation of `[batch, height, width, in]` with a kernel `[kh, kw, in/groups, out]`, then
  /// `normalization`: what `conv2D` and `normalized` give one after the other, to the last bit.
  ///
  /// Where no gradient is wanted and channels fill whole vectors, the convolution is normalised while it is
  /// in the cache, and not written to memory before.
  ///
  /// - Precondition: those of `conv2D` and `normalized`.
  public func conv2D(
    _ kernel: Tensor, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
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
