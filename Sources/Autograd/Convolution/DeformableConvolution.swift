extension Tensor {
  /// The 2-D cross-correlation of `[batch, height, width, in]` with a kernel `[kh, kw, in, out]` whose taps
  /// are moved, at each output position on its own.
  ///
  /// `offsets` are `[batch, height', width', 2 · kh · kw]`, the y and then the x of each tap in pixels of the
  /// input; a `mask` of `[batch, height', width', kh · kw]` scales what each tap reads (version 2). Between
  /// pixels the input is interpolated linearly, outside it is zero. At a position on a grid line, the
  /// gradient of the offset is the slope towards larger coordinates, as in torchvision's `deform_conv2d`.
  ///
  /// Dai et al., "Deformable convolutional networks", ICCV 2017; Zhu et al., "Deformable ConvNets v2", CVPR
  /// 2019.
  ///
  /// - Precondition: the channels, the offsets and the mask fit the convolution.
  public func deformableConv2D(
    _ kernel: Tensor, offsets: Tensor, mask: Tensor? = nil, bias: Tensor? = nil, stride: Int = 1,
    padding: Int = 0, dilation: Int = 1
  ) -> Tensor {
    let sampling = checkedSampling(
      kernel, offsets, mask, bias, stride: stride, padding: padding, dilation: dilation)
    let window = sampling.window
    let (rows, depth, outputs) = (sampling.rows, sampling.depth, kernel.shape[3])
    let (x, w, moves, shares) = (detached(), kernel.detached(), offsets.detached(), mask?.detached())
    let columns = sampling.columns(x, moves, shares)
    let output = Matrix.multiply(
      rows: rows, columns: outputs, depth: depth, columns, w, bias: bias?.detached(),
      shape: [window.batch, window.outputHeight, window.outputWidth, outputs])
    let kept = kernel.isTracked ? columns : nil
    let (isInput, isBias) = (isTracked, bias?.isTracked ?? false)
    let (isOffsets, isMask) = (offsets.isTracked, mask?.isTracked ?? false)
    let work = Work.product(output.count * depth, of: self, kernel)
    let inputs = [self, kernel, offsets] + [mask, bias].compactMap { $0 }
    return output.recorded("deformableConv2D", from: inputs, work: work) { gradient in
      let slope =
        isInput || isOffsets || isMask
        ? Matrix.multiply(
          rows: rows, columns: depth, depth: outputs, gradient, w, transposingRight: true,
          shape: [rows, depth]) : nil
      let positions =
        isOffsets || isMask ? slope.map { sampling.positionGradients($0, x, moves, shares) } : nil
      return [
        isInput ? slope.map { sampling.inputGradient($0, moves, shares, shape: x.shape) } : nil,
        kept.map {
          Matrix.multiply(
            rows: depth, columns: outputs, depth: rows, $0, transposingLeft: true, gradient, shape: w.shape)
        },
        positions?.offsets,
      ] + (shares == nil ? [] : [positions?.mask])
        + (bias == nil ? [] : [isBias ? gradient.summedOverRows(columns: outputs) : nil])
    }
  }

  /// The sampling of a deformable convolution of this map.
  private func checkedSampling(
    _ kernel: Tensor, _ offsets: Tensor, _ mask: Tensor?, _ bias: Tensor?, stride: Int, padding: Int,
    dilation: Int
  ) -> DeformableSampling {
    precondition(
      kernel.rank == 4 && rank == 4 && shape[3] == kernel.shape[2],
      "deformableConv2D: the input \(shape) and the kernel \(kernel.shape) do not fit together")
    precondition(
      bias.map { $0.shape == [kernel.shape[3]] } ?? true,
      "deformableConv2D: the bias \(bias?.shape ?? []) must hold one value per output of \(kernel.shape)")
    let window = WindowGeometry(
      "deformableConv2D", input: shape, windowHeight: kernel.shape[0], windowWidth: kernel.shape[1],
      stride: stride, padding: padding, dilation: dilation)
    let grid = [window.batch, window.outputHeight, window.outputWidth]
    let (pairs, singles) = (Shape(grid + [2 * window.taps]), Shape(grid + [window.taps]))
    precondition(
      offsets.shape == pairs, "deformableConv2D: the offsets \(offsets.shape) must be \(pairs)")
    precondition(
      mask.map { $0.shape == singles } ?? true,
      "deformableConv2D: the mask \(mask?.shape ?? []) must be \(singles)")
    return DeformableSampling(window: window)
  }
}
