/// A convolution's geometry and its three products.
struct Convolution: Sendable {
  let window: WindowGeometry
  let outputs: Int
  let groups: Int

  private var groupInputs: Int { window.channels / groups }
  private var groupOutputs: Int { outputs / groups }
  private var columnWidth: Int { window.taps * groupInputs }

  func forward(_ input: Tensor, _ kernel: Tensor, bias: Tensor?) -> Tensor {
    let pixels = window.outputPixels
    return Tensor(shape: [window.batch, window.outputHeight, window.outputWidth, outputs]) {
      (out: SharedPointer<Float>) in
      Parallel.forEach(window.batch) { image in
        let c = out.pointer + image * pixels * outputs
        if let bias {
          bias.withPointer {
            for pixel in 0..<pixels { (c + pixel * outputs).update(from: $0, count: outputs) }
          }
        }
        withScratch(pixels * columnWidth) { columns in
          for group in 0..<groups {
            input.withPointer { unfold($0, image, group, into: columns) }
            kernel.withPointer {
              BLAS.multiply(
                rows: pixels, columns: groupOutputs, depth: columnWidth,
                MatrixView(columns, stride: columnWidth),
                MatrixView($0 + group * groupOutputs, stride: outputs), accumulating: bias != nil,
                into: c + group * groupOutputs, stride: outputs)
            }
          }
        }
      }
    }
  }

  func inputGradient(_ gradient: Tensor, _ kernel: Tensor) -> Tensor {
    let pixels = window.outputPixels
    let size = window.height * window.width * window.channels
    return Tensor(shape: [window.batch, window.height, window.width, window.channels]) {
      (out: SharedPointer<Float>) in
      Parallel.forEach(window.batch) { image in
        (out.pointer + image * size).update(repeating: 0, count: size)
        withScratch(pixels * columnWidth) { columns in
          for group in 0..<groups {
            gradient.withPointer { g in
              kernel.withPointer {
                BLAS.multiply(
                  rows: pixels, columns: columnWidth, depth: groupOutputs,
                  MatrixView(g + image * pixels * outputs + group * groupOutputs, stride: outputs),
                  MatrixView($0 + group * groupOutputs, stride: outputs, transposed: true), into: columns,
                  stride: columnWidth)
              }
            }
            fold(columns, image, group, into: out.pointer)
          }
        }
      }
    }
  }

  func kernelGradient(_ gradient: Tensor, _ input: Tensor) -> Tensor {
    let pixels = window.outputPixels
    let size = columnWidth * outputs
    let partial = Tensor(shape: [window.batch, size]) { (out: SharedPointer<Float>) in
      Parallel.forEach(window.batch) { image in
        withScratch(pixels * columnWidth) { columns in
          for group in 0..<groups {
            input.withPointer { unfold($0, image, group, into: columns) }
            gradient.withPointer {
              BLAS.multiply(
                rows: columnWidth, columns: groupOutputs, depth: pixels,
                MatrixView(columns, stride: columnWidth, transposed: true),
                MatrixView($0 + image * pixels * outputs + group * groupOutputs, stride: outputs),
                into: out.pointer + image * size + group * groupOutputs, stride: outputs)
            }
          }
        }
      }
    }
    let sum = partial.summedOverRows(columns: size)
    return Tensor(
      shape: [window.windowHeight, window.windowWidth, groupInputs, outputs], storage: sum.storage)
  }

  /// Calls `body` with each tap that lies inside the map: the output pixel, the tap and the input pixel.
  private func forEachTap(_ body: (Int, Int, Int) -> Void) {
    for y in 0..<window.outputHeight {
      for x in 0..<window.outputWidth {
        for ky in 0..<window.windowHeight {
          let row = y * window.stride - window.padding + ky * window.dilation
          guard row >= 0, row < window.height else { continue }
          for kx in 0..<window.windowWidth {
            let column = x * window.stride - window.padding + kx * window.dilation
            guard column >= 0, column < window.width else { continue }
            body(y * window.outputWidth + x, ky * window.windowWidth + kx, row * window.width + column)
          }
        }
      }
    }
  }

  private func unfold(
    _ input: UnsafePointer<Float>, _ image: Int, _ group: Int, into columns: UnsafeMutablePointer<Float>
  ) {
    columns.update(repeating: 0, count: window.outputPixels * columnWidth)
    let source = input + image * window.height * window.width * window.channels + group * groupInputs
    forEachTap { pixel, tap, position in
      (columns + pixel * columnWidth + tap * groupInputs)
        .update(from: source + position * window.channels, count: groupInputs)
    }
  }

  private func fold(
    _ columns: UnsafePointer<Float>, _ image: Int, _ group: Int, into output: UnsafeMutablePointer<Float>
  ) {
    let target = output + image * window.height * window.width * window.channels + group * groupInputs
    forEachTap { pixel, tap, position in
      let source = columns + pixel * columnWidth + tap * groupInputs
      for channel in 0..<groupInputs { target[position * window.channels + channel] += source[channel] }
    }
  }
}
