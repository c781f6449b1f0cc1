/// A 3×3 convolution of stride 1 with a quarter of the multiplications: Winograd's minimal filtering
/// F(4×4, 3×3) (Lavin and Gray: Fast Algorithms for Convolutional Neural Networks, CVPR 2016).
///
/// Squares of 6 × 6 values of the map, which overlap by two, and the kernel are transformed to 36 planes
/// each. The products of plane i of the map with plane i of the kernel, plain matrix products over the
/// channels, transform back to squares of 4 × 4 outputs. The kernel's gradient is the transposed algorithm:
/// planes of the map times planes of the output's gradient. Squares go through in blocks whose planes the
/// last-level cache holds; within a block there are three steps, each split over the cores: transform,
/// multiply, transform back.
///
/// The transforms add values with weights up to 5 (map) and 8 (outputs), which costs accuracy: the error of
/// outputs and gradients is about four times that of the direct sum, 1.8e-6 of their root mean square.
struct Winograd: Sendable {
  let window: WindowGeometry
  let outputs: Int

  private static let blockBytes = 8 << 20

  /// The algorithm for a convolution that it suits, which depends on sizes alone; `nil` for the others.
  init?(_ window: WindowGeometry, outputs: Int, groups: Int) {
    guard
      window.windowHeight == 3, window.windowWidth == 3, window.stride == 1, window.dilation == 1,
      window.padding <= 2, groups == 1, window.channels.isMultiple(of: 16), outputs.isMultiple(of: 16),
      window.channels >= 32, outputs >= 32
    else { return nil }
    self.window = window
    self.outputs = outputs
    // With few squares for many channels, the planes of the kernel would cost more than they save.
    let squares = outputSquares.count
    guard squares >= 48, squares * 4 >= max(window.channels, outputs) else { return nil }
  }

  private var inputMap: TapGrid.Map {
    TapGrid.Map(height: window.height, width: window.width, pixelStride: window.channels)
  }
  private var outputMap: TapGrid.Map {
    TapGrid.Map(height: window.outputHeight, width: window.outputWidth, pixelStride: outputs)
  }

  private var outputSquares: WinogradSquares {
    WinogradSquares(batch: window.batch, height: window.outputHeight, width: window.outputWidth)
  }

  func forward(_ input: Tensor, _ kernel: Tensor, bias: Tensor?, finish: ProductFinish?) -> Tensor {
    let planes = kernel.packed(.planes(inputs: window.channels, outputs: outputs)) { _ in
      kernelPlanes(kernel, isTurned: false)
    }
    return Tensor(shape: [window.batch, window.outputHeight, window.outputWidth, outputs]) { out in
      input.withPointer {
        filter(
          $0, inputMap, padding: window.padding, planes, to: out,
          outputSquares, bias: bias, finish: finish)
      }
    }
  }

  func inputGradient(_ gradient: Tensor, _ kernel: Tensor) -> Tensor {
    let planes = kernelPlanes(kernel, isTurned: true)
    return Tensor(shape: [window.batch, window.height, window.width, window.channels]) { out in
      gradient.withPointer {
        filter(
          $0, outputMap, padding: 2 - window.padding,
          planes, to: out, WinogradSquares(batch: window.batch, height: window.height, width: window.width))
      }
    }
  }

  func kernelGradient(_ gradient: Tensor, _ input: Tensor) -> Tensor {
    let size = window.channels * outputs
    let squares = outputSquares
    let sums = PlaneStack(lines: window.channels, width: outputs)
    forEachBlock(of: squares, channels: window.channels + outputs) { block, isFirst in
      let map = PlaneStack(lines: block.count, width: window.channels)
      let slopes = PlaneStack(lines: block.count, width: outputs)
      input.withPointer { input in
        squares.spread(
          block, MapStep.self, from: input, inputMap,
          offset: -window.padding, to: map)
      }
      gradient.withPointer { gradient in
        squares.spread(
          block, OutputGradientStep.self, from: gradient,
          outputMap, offset: 0, to: slopes)
      }
      Parallel.forEach(PlaneStack.planes) { plane in
        GEMM.multiplyTransposed(
          rows: window.channels, columns: outputs, depth: block.count,
          map.matrix(plane), slopes.matrix(plane), isAdding: !isFirst,
          into: sums.line(0, of: plane), stride: outputs)
      }
    }
    return Tensor(shape: [3, 3, window.channels, outputs]) { (out: SharedPointer<Float>) in
      Parallel.forEachRange(size, grain: 2048) { range in
        withWinogradTables { sources, targets, scratch in
          for index in 0..<PlaneStack.planes {
            sources[index] = UnsafePointer(sums.line(0, of: index) + range.lowerBound)
          }
          for tap in 0..<9 { targets[tap] = out.pointer + tap * size + range.lowerBound }
          KernelGradientStep.transform(sources, channels: range.count, to: targets, scratch: scratch)
        }
      }
    }
  }

  /// The 36 planes of the kernel, each `[inputs, outputs]`, ready for products; for a turned kernel those of
  /// its mirror image, `[outputs, inputs]`.
  private func kernelPlanes(_ kernel: Tensor, isTurned: Bool) -> [PackedColumns] {
    let (rows, columns) = isTurned ? (outputs, window.channels) : (window.channels, outputs)
    let taps = isTurned ? kernel.permuted([0, 1, 3, 2]) : kernel
    let stack = PlaneStack(lines: rows, width: columns)
    let planes = (0..<PlaneStack.planes).map { stack.columns($0, depth: rows) }
    taps.withPointer { weights in
      let weights = SharedPointer(UnsafeMutablePointer(mutating: weights))
      Parallel.forEachRange(rows, grain: 8) { range in
        withWinogradTables { sources, targets, scratch in
          for row in range {
            for panel in planes[0].panels {
              let first = row * columns + panel.firstColumn
              for tap in 0..<9 {
                let tapped = isTurned ? 8 - tap : tap
                sources[tap] = UnsafePointer(weights.pointer + tapped * rows * columns + first)
              }
              for index in planes.indices { targets[index] = planes[index].line(panel, row: row) }
              KernelStep.transform(sources, channels: panel.width, to: targets, scratch: scratch)
            }
          }
        }
      }
    }
    return planes
  }

  /// The convolution of a padded map with the planes of a kernel.
  private func filter(
    _ base: UnsafePointer<Float>, _ map: TapGrid.Map, padding: Int, _ kernel: [PackedColumns],
    to out: SharedPointer<Float>, _ squares: WinogradSquares, bias: Tensor? = nil,
    finish: ProductFinish? = nil
  ) {
    let (inputs, outputs) = (kernel[0].depth, kernel[0].columns)
    forEachBlock(of: squares, channels: inputs + outputs) { block, _ in
      let values = PlaneStack(lines: block.count, width: inputs)
      let products = PlaneStack(lines: block.count, width: outputs)
      squares.spread(block, MapStep.self, from: base, map, offset: -padding, to: values)
      Parallel.forEach(PlaneStack.planes) { index in
        GEMM.multiply(
          rows: block.count, values.matrix(index), kernel[index], into: products.line(0, of: index),
          stride: outputs)
      }
      squares.gather(block, products, to: out, bias: bias, finish: finish)
    }
  }

  /// Calls `body` with ranges of squares whose planes of `channels` channels stay in the cache.
  private func forEachBlock(
    of squares: WinogradSquares, channels: Int, _ body: (_ block: Range<Int>, _ isFirst: Bool) -> Void
  ) {
    let most = max(48, Self.blockBytes / (PlaneStack.planes * channels * 4))
    let blocks = (squares.count + most - 1) / most
    let block = (squares.count + blocks - 1) / blocks
    for first in stride(from: 0, to: squares.count, by: block) {
      body(first..<min(squares.count, first + block), first == 0)
    }
  }
}

/// The 36 planes of a Winograd transform: matrices of equal size that share one storage.
struct PlaneStack: Sendable {
  static let planes = 36

  /// The values of a line of each plane.
  let width: Int
  private let pitch: Int
  private let storage: Storage

  /// Planes of `lines` × `width` values, which are undefined.
  init(lines: Int, width: Int) {
    self.width = width
    // Planes do not start at equal places of a page, which would crowd lines of the same number into a few
    // sets of the cache.
    pitch = (lines * width + 1023) / 1024 * 1024 + 48
    storage = Storage(count: Self.planes * pitch)
  }

  /// Where a line of a plane starts.
  func line(_ line: Int, of plane: Int) -> UnsafeMutablePointer<Float> {
    storage.base + plane * pitch + line * width
  }

  /// A whole plane, to be read.
  func matrix(_ plane: Int) -> MatrixView { MatrixView(line(0, of: plane), stride: width) }

  /// A plane as packed columns of `depth` lines, which are still to be written.
  func columns(_ plane: Int, depth: Int) -> PackedColumns {
    PackedColumns(depth: depth, columns: width, in: storage, at: plane * pitch)
  }
}
