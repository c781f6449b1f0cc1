/// A convolution's geometry and its three products, none of which copies the map (except tiny-channel maps,
/// see `source(_:group:)`).
///
/// The output is a product of the map's runs with the kernel; the map's gradient one of the output's runs
/// with the kernel turned around, for each phase of the stride on its own; the kernel's gradient a sum of
/// outer products over the output's pixels.
struct Convolution: Sendable {
  let window: WindowGeometry
  let outputs: Int
  let groups: Int

  private var groupInputs: Int { window.channels / groups }
  private var groupOutputs: Int { outputs / groups }
  private var outputMap: TapGrid.Map {
    TapGrid.Map(height: window.outputHeight, width: window.outputWidth, pixelStride: outputs)
  }
  private var inputMap: TapGrid.Map {
    TapGrid.Map(height: window.height, width: window.width, pixelStride: window.channels)
  }

  /// Whether every channel is a group of its own, with one output: then direct kernels do the work.
  var isDepthwise: Bool { groups > 1 && groups == window.channels && groups == outputs }

  /// Whether what is made at once for a pixel, a group's outputs or all channels, is whole vectors.
  var fillsVectors: Bool { (isDepthwise ? outputs : groupOutputs).isMultiple(of: 16) }

  /// The faster algorithm for convolutions that it suits.
  var winograd: Winograd? { Winograd(window, outputs: outputs, groups: groups) }

  /// The output; `finish` may change values while they are in the cache.
  func forward(_ input: Tensor, _ kernel: Tensor, bias: Tensor?, finish: ProductFinish? = nil) -> Tensor {
    if let winograd { return winograd.forward(input, kernel, bias: bias, finish: finish) }
    return Tensor(shape: [window.batch, window.outputHeight, window.outputWidth, outputs]) {
      (out: SharedPointer<Float>) in
      if isDepthwise {
        DepthwiseProduct(grid: grid(inputMap, taps), channels: outputs)
          .run(input, kernel: kernel, order: Array(0..<window.taps), bias: bias, finish: finish, into: out)
        return
      }
      for group in 0..<groups {
        let source = source(input, group: group)
        let first = group * groupOutputs
        let depth = source.depth * source.grid.taps.count
        let key = Packings.Key.kernel(depth: depth, outputs: groupOutputs, firstOutput: first)
        let columns = kernel.packed(key) {
          [
            PackedColumns(
              blockDepth: depth, columns: groupOutputs, [MatrixView($0 + first, stride: outputs)])
          ]
        }
        source.map.withPointer {
          RowProduct(
            grid: source.grid, depth: source.depth, columns: columns[0],
            bias: bias.map { groups == 1 ? $0 : $0.part(group, of: groups) },
            finish: finish.map { moved($0, to: first) }
          ).run($0 + source.offset, into: SharedPointer(out.pointer + first))
        }
      }
    }
  }

  /// `finish` for a group that makes the channels from `channel` on.
  private func moved(_ finish: @escaping ProductFinish, to channel: Int) -> ProductFinish {
    { finish($0.moved(to: channel)) }
  }

  func kernelGradient(_ gradient: Tensor, _ input: Tensor) -> Tensor {
    if let winograd { return winograd.kernelGradient(gradient, input) }
    return Tensor(shape: [window.windowHeight, window.windowWidth, groupInputs, outputs]) {
      (out: SharedPointer<Float>) in
      if isDepthwise {
        DepthwiseProduct(grid: grid(inputMap, taps), channels: outputs)
          .weightGradient(input, gradient: gradient, into: out)
        return
      }
      for group in 0..<groups {
        let source = source(input, group: group)
        source.map.withPointer { values in
          gradient.withPointer {
            OuterProduct(grid: source.grid, depth: source.depth, columns: groupOutputs).run(
              values + source.offset, $0 + group * groupOutputs, rightStride: outputs,
              into: SharedPointer(out.pointer + group * groupOutputs), stride: outputs)
          }
        }
      }
    }
  }

  func inputGradient(_ gradient: Tensor, _ kernel: Tensor) -> Tensor {
    if let winograd { return winograd.inputGradient(gradient, kernel) }
    return Tensor(shape: [window.batch, window.height, window.width, window.channels]) {
      (out: SharedPointer<Float>) in
      for group in 0..<(isDepthwise ? 1 : groups) {
        for y in 0..<min(window.stride, window.height) {
          for x in 0..<min(window.stride, window.width) {
            inputGradient(gradient, kernel, group: group, phaseY: y, phaseX: x, into: out)
          }
        }
      }
    }
  }

  /// The gradient of the pixels `(phaseY + i·stride, phaseX + j·stride)`, which the same taps reach.
  private func inputGradient(
    _ gradient: Tensor, _ kernel: Tensor, group: Int, phaseY: Int, phaseX: Int,
    into out: SharedPointer<Float>
  ) {
    let rows = taps(window.windowHeight, phase: phaseY, window.vertical)
    let columns = taps(window.windowWidth, phase: phaseX, window.horizontal)
    let grid = TapGrid(
      images: window.batch, gridHeight: (window.height - phaseY + window.stride - 1) / window.stride,
      gridWidth: (window.width - phaseX + window.stride - 1) / window.stride, source: outputMap, step: 1,
      taps: rows.flatMap { row in columns.map { TapGrid.Tap(y: row.offset, x: $0.offset) } },
      target: inputMap, targetStep: window.stride, targetY: phaseY, targetX: phaseX)
    if isDepthwise {
      let order = rows.flatMap { row in columns.map { row.tap * window.windowWidth + $0.tap } }
      DepthwiseProduct(grid: grid, channels: outputs)
        .run(gradient, kernel: kernel, order: order, bias: nil, into: out)
      return
    }
    kernel.withPointer { weights in
      let blocks = rows.flatMap { row in
        columns.map { column in
          let tap = row.tap * window.windowWidth + column.tap
          return MatrixView(
            weights + tap * groupInputs * outputs + group * groupOutputs, stride: outputs, transposed: true)
        }
      }
      let packed = PackedColumns(blockDepth: groupOutputs, columns: groupInputs, blocks)
      gradient.withPointer {
        RowProduct(grid: grid, depth: groupOutputs, columns: packed).run(
          $0 + group * groupOutputs, into: SharedPointer(out.pointer + group * groupInputs))
      }
    }
  }

  /// The window's positions, relative to its first one on the map.
  private var taps: [TapGrid.Tap] {
    (0..<window.taps).map { tap in
      TapGrid.Tap(
        y: tap / window.windowWidth * window.dilation - window.vertical.before,
        x: tap % window.windowWidth * window.dilation - window.horizontal.before)
    }
  }

  /// The taps along one axis that reach input positions of this phase, and the output's offset for each.
  private func taps(_ count: Int, phase: Int, _ margin: WindowMargin) -> [(tap: Int, offset: Int)] {
    (0..<count).compactMap { tap in
      let distance = phase + margin.before - tap * window.dilation
      return distance % window.stride == 0 ? (tap, distance / window.stride) : nil
    }
  }

  /// The map that a group of the window's taps reads, and how.
  ///
  /// With few channels a run of one tap is too short for the kernels. Then a copy of the map with its
  /// padding is made (a fraction of the work of the first layer), in which a whole line of the window is one
  /// run.
  private func source(_ input: Tensor, group: Int) -> (
    map: Tensor, offset: Int, depth: Int, grid: TapGrid
  ) {
    let joinsTaps = groupInputs < 16 && window.dilation == 1 && window.windowWidth > 1
    guard joinsTaps else {
      return (input, group * groupInputs, groupInputs, grid(inputMap, taps))
    }
    let needsCopy = window.vertical.total + window.horizontal.total > 0 || groups > 1
    let map = needsCopy ? padded(input, group: group) : input
    let size = TapGrid.Map(
      height: window.height + window.vertical.total, width: window.width + window.horizontal.total,
      pixelStride: groupInputs)
    let taps = (0..<window.windowHeight).map { TapGrid.Tap(y: $0, x: 0) }
    return (map, 0, groupInputs * window.windowWidth, grid(size, taps))
  }

  private func grid(_ map: TapGrid.Map, _ taps: [TapGrid.Tap]) -> TapGrid {
    TapGrid(
      images: window.batch, gridHeight: window.outputHeight, gridWidth: window.outputWidth, source: map,
      step: window.stride, taps: taps, target: outputMap)
  }

  /// A group's channels with the padding written out.
  private func padded(_ input: Tensor, group: Int) -> Tensor {
    let (top, left, channels) = (window.vertical.before, window.horizontal.before, groupInputs)
    let (height, width) = (window.height + window.vertical.total, window.width + window.horizontal.total)
    return Tensor(shape: [window.batch, height, width, channels]) { (out: SharedPointer<Float>) in
      Parallel.forEachRange(window.batch * height, grain: 32) { lines in
        for line in lines {
          let target = out.pointer + line * width * channels
          target.update(repeating: 0, count: width * channels)
          let y = line % height - top
          guard y >= 0, y < window.height else { continue }
          let row = (line / height * window.height + y) * window.width
          input.withPointer { values in
            let inner = target + left * channels
            guard groups > 1 else {
              inner.update(from: values + row * channels, count: window.width * channels)
              return
            }
            for x in 0..<window.width {
              (inner + x * channels).update(
                from: values + (row + x) * window.channels + group * channels, count: channels)
            }
          }
        }
      }
    }
  }
}

extension Tensor {
  /// The `index`th of `count` equal parts of a vector.
  fileprivate func part(_ index: Int, of count: Int) -> Tensor {
    let size = self.count / count
    return Tensor(shape: [size]) { (out: SharedPointer<Float>) in
      withPointer { out.pointer.update(from: $0 + index * size, count: size) }
    }
  }
}
