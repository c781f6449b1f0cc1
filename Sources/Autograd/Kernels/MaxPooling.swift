/// Maximum over sliding windows; one image row of outputs is one piece of work.
enum MaxPooling {
  /// The maxima, and for each the tap of its window that holds it.
  static func forward(_ input: Tensor, _ window: WindowGeometry) -> (output: Tensor, winners: [UInt8]) {
    let shape: Shape = [window.batch, window.outputHeight, window.outputWidth, window.channels]
    precondition(window.taps <= 256, "maxPool2D: a window of more than 256 values")
    let lineCount = window.outputWidth * window.channels
    var output = Tensor.zeros([0])
    let winners = [UInt8](unsafeUninitializedCapacity: shape.elementCount) { buffer, count in
      count = shape.elementCount
      guard let base = buffer.baseAddress else { return }
      let winners = SharedPointer(base)
      output = Tensor(shape: shape) { (out: SharedPointer<Float>) in
        Parallel.forEach(window.batch * window.outputHeight) { line in
          input.withPointer {
            forwardLine(
              $0, window, line: line, into: out.pointer + line * lineCount,
              winners: winners.pointer + line * lineCount)
          }
        }
      }
    }
    return (output, winners)
  }

  private static func forwardLine(
    _ input: UnsafePointer<Float>, _ window: WindowGeometry, line: Int,
    into output: UnsafeMutablePointer<Float>, winners: UnsafeMutablePointer<UInt8>
  ) {
    let channels = window.channels
    output.update(repeating: -.infinity, count: window.outputWidth * channels)
    winners.update(repeating: .max, count: window.outputWidth * channels)
    window.forEachTap(line: line) { x, tap, position in
      let (source, target, winner) = (
        input + position * channels, output + x * channels, winners + x * channels
      )
      for channel in 0..<channels where source[channel] > target[channel] || winner[channel] == .max {
        target[channel] = source[channel]
        winner[channel] = UInt8(tap)
      }
    }
  }

  /// The gradient of the input: each output's gradient goes to the value that won.
  static func inputGradient(
    _ gradient: Tensor, winners: [UInt8], _ window: WindowGeometry, shape: Shape
  ) -> Tensor {
    let size = window.height * window.width * window.channels
    let channels = window.channels
    return Tensor(shape: shape) { (out: SharedPointer<Float>) in
      Parallel.forEach(window.batch) { image in
        (out.pointer + image * size).update(repeating: 0, count: size)
        for line in image * window.outputHeight..<(image + 1) * window.outputHeight {
          gradient.withPointer { g in
            window.forEachTap(line: line) { x, tap, position in
              let offset = (line * window.outputWidth + x) * channels
              for channel in 0..<channels where winners[offset + channel] == tap {
                out.pointer[position * channels + channel] += g[offset + channel]
              }
            }
          }
        }
      }
    }
  }
}

extension WindowGeometry {
  /// Calls `body` with each tap of a row of outputs that lies inside the map: the output's column, the tap,
  /// and the pixel of the whole batch that it reads. `line` counts the output rows of the batch.
  func forEachTap(line: Int, _ body: (Int, Int, Int) -> Void) {
    let (image, y) = line.quotientAndRemainder(dividingBy: outputHeight)
    for x in 0..<outputWidth {
      for ky in 0..<windowHeight {
        let row = y * stride - padding + ky * dilation
        guard row >= 0, row < height else { continue }
        for kx in 0..<windowWidth {
          let column = x * stride - padding + kx * dilation
          guard column >= 0, column < width else { continue }
          body(x, ky * windowWidth + kx, (image * height + row) * width + column)
        }
      }
    }
  }
}
