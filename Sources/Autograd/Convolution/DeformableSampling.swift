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
