extension Tensor {
  /// The mean of each window of `[batch, height, width, channels]`, as PyTorch's `avg_pool2d`.
  ///
  /// Padding counts as zeros, in the sum and in the number of values.
  ///
  /// - Precondition: the padding is at most half the window, and the window fits into the padded map.
  public func averagePool2D(window: Int, stride: Int, padding: Int = 0) -> Tensor {
    precondition(
      2 * padding <= window, "averagePool2D: padding \(padding) is more than half the window \(window)")
    let geometry = WindowGeometry(
      "averagePool2D", input: shape, windowHeight: window, windowWidth: window, stride: stride,
      padding: .even(padding))
    let inputShape = shape
    return AveragePooling.forward(detached(), geometry).recorded("averagePool2D", from: self) { gradient in
      AveragePooling.inputGradient(gradient, geometry, shape: inputShape)
    }
  }
}

/// Mean over sliding windows; a line of outputs, or the gradient of an image, is a piece of work.
enum AveragePooling {
  static func forward(_ input: Tensor, _ window: WindowGeometry) -> Tensor {
    let channels = window.channels
    let lineCount = window.outputWidth * channels
    let factor = 1 / Float(window.taps)
    return Tensor(shape: [window.batch, window.outputHeight, window.outputWidth, channels]) {
      (out: SharedPointer<Float>) in
      Parallel.forEach(window.batch * window.outputHeight) { line in
        let output = out.pointer + line * lineCount
        output.update(repeating: 0, count: lineCount)
        input.withPointer { values in
          window.forEachTap(line: line) { x, _, position in
            let (source, target) = (values + position * channels, output + x * channels)
            for channel in 0..<channels { target[channel] += source[channel] }
          }
        }
        for index in 0..<lineCount { output[index] *= factor }
      }
    }
  }

  /// The gradient of the input: each output's gradient is spread evenly over its window.
  static func inputGradient(_ gradient: Tensor, _ window: WindowGeometry, shape: Shape) -> Tensor {
    let channels = window.channels
    let size = window.height * window.width * channels
    let factor = 1 / Float(window.taps)
    return Tensor(shape: shape) { (out: SharedPointer<Float>) in
      Parallel.forEach(window.batch) { image in
        (out.pointer + image * size).update(repeating: 0, count: size)
        for line in image * window.outputHeight..<(image + 1) * window.outputHeight {
          gradient.withPointer { values in
            window.forEachTap(line: line) { x, _, position in
              let source = values + (line * window.outputWidth + x) * channels
              let target = out.pointer + position * channels
              for channel in 0..<channels { target[channel] += source[channel] * factor }
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
  fileprivate func forEachTap(line: Int, _ body: (Int, Int, Int) -> Void) {
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
