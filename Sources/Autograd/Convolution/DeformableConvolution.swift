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
      stride: stride, padding: .even(padding), dilation: dilation)
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

/// Reading a map between its pixels, at the positions of a window whose taps have been moved apart.
///
/// The samples of an output position form one row of a column matrix, tap by tap with the channels together,
/// so that a product with the kernel finishes the convolution. The map beyond its border is zero.
struct DeformableSampling: Sendable {
  let window: WindowGeometry

  /// The number of output positions of the batch.
  var rows: Int { window.batch * window.outputPixels }
  /// The length of a row of the column matrix.
  var depth: Int { window.taps * window.channels }

  private var pixels: Int { window.height * window.width }
  /// Rows per piece of parallel work: about 64 KiB of columns.
  private var grain: Int { max(1, (1 << 14) / max(depth, 1)) }
  /// Channels per piece when pieces must not share pixels.
  private static let channelBlock = 64

  /// The column matrix `[rows, taps · channels]`; a mask scales each tap's samples.
  func columns(_ input: Tensor, _ offsets: Tensor, _ mask: Tensor?) -> Tensor {
    let channels = window.channels
    return Tensor(shape: [rows, depth]) { (out: SharedPointer<Float>) in
      Parallel.forEachRange(rows, grain: grain) { range in
        input.withPointer { map in
          forEachSample(range, offsets) { row, tap, image, sample in
            let weights = sample.weights * (mask.map { $0.storage.base[row * window.taps + tap] } ?? 1)
            sample.blend(
              map + image * pixels * channels, channels, weights: weights,
              into: out.pointer + row * depth + tap * channels)
          }
        }
      }
    }
  }

  /// The gradient of the map, from that of the column matrix.
  ///
  /// A piece owns some channels of one image, so that it alone adds to them, in the order of the rows.
  func inputGradient(_ gradient: Tensor, _ offsets: Tensor, _ mask: Tensor?, shape: Shape) -> Tensor {
    let channels = window.channels
    let blocks = (channels + Self.channelBlock - 1) / Self.channelBlock
    return Tensor(shape: shape) { (out: SharedPointer<Float>) in
      out.pointer.update(repeating: 0, count: shape.elementCount)
      Parallel.forEach(window.batch * blocks) { index in
        let (image, block) = index.quotientAndRemainder(dividingBy: blocks)
        let first = block * Self.channelBlock
        let count = min(Self.channelBlock, channels - first)
        gradient.withPointer { columns in
          let range = image * window.outputPixels..<(image + 1) * window.outputPixels
          forEachSample(range, offsets) { row, tap, image, sample in
            let weights = sample.weights * (mask.map { $0.storage.base[row * window.taps + tap] } ?? 1)
            sample.spread(
              columns + row * depth + tap * channels + first, count, weights: weights,
              into: out.pointer + image * pixels * channels + first, stride: channels)
          }
        }
      }
    }
  }

  /// The gradients of the offsets and of the mask, from that of the column matrix.
  ///
  /// Where a sample lies on a grid line, the slope is that towards larger coordinates.
  func positionGradients(
    _ gradient: Tensor, _ input: Tensor, _ offsets: Tensor, _ mask: Tensor?
  ) -> (offsets: Tensor, mask: Tensor) {
    let channels = window.channels
    let masks = Storage(count: rows * window.taps)
    let slopes = Tensor(shape: offsets.shape) { (out: SharedPointer<Float>) in
      Parallel.forEachRange(rows, grain: grain) { range in
        gradient.withPointer { columns in
          forEachSample(range, offsets) { row, tap, image, sample in
            let place = row * window.taps + tap
            let products = sample.products(
              input.storage.base + image * pixels * channels, channels,
              with: columns + row * depth + tap * channels)
            let slope = sample.slope(products)
            let share = mask.map { $0.storage.base[place] } ?? 1
            out.pointer[2 * place] = slope.y * share
            out.pointer[2 * place + 1] = slope.x * share
            masks.base[place] = (products * sample.weights).sum()
          }
        }
      }
    }
    return (slopes, Tensor(shape: Shape(offsets.shape.dropLast() + [window.taps]), storage: masks))
  }

  /// Calls `body` with every tap of the output positions `range` of the batch: the position, the tap, the
  /// image, and what the tap reads.
  @inline(__always)
  private func forEachSample(
    _ range: Range<Int>, _ offsets: Tensor, _ body: (Int, Int, Int, BilinearSample) -> Void
  ) {
    offsets.withPointer { moves in
      for row in range {
        let (image, pixel) = row.quotientAndRemainder(dividingBy: window.outputPixels)
        let (line, column) = pixel.quotientAndRemainder(dividingBy: window.outputWidth)
        for tap in 0..<window.taps {
          let (tapY, tapX) = tap.quotientAndRemainder(dividingBy: window.windowWidth)
          let y = line * window.stride - window.padding + tapY * window.dilation
          let x = column * window.stride - window.padding + tapX * window.dilation
          let move = moves + 2 * (row * window.taps + tap)
          body(
            row, tap, image,
            BilinearSample(
              y: Float(y) + move[0], x: Float(x) + move[1], height: window.height, width: window.width))
        }
      }
    }
  }
}
