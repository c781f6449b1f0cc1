extension Tensor {
  /// The maximum in each window of `[batch, height, width, channels]`, as PyTorch's `max_pool2d`.
  ///
  /// Padding never wins. With `ceilMode` a last window that hangs over the edge counts, too. The gradient
  /// goes to the first of equal values.
  ///
  /// - Precondition: the padding is at most half the window, and the window fits into the padded map.
  public func maxPool2D(window: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false) -> Tensor {
    precondition(
      2 * padding <= window, "maxPool2D: padding \(padding) is more than half the window \(window)")
    let geometry = WindowGeometry(
      "maxPool2D", input: shape, windowHeight: window, windowWidth: window, stride: stride,
      padding: .even(padding), ceilMode: ceilMode)
    let inputShape = shape
    guard geometry.taps <= MaxPooling.mostTaps else {
      let (output, winners) = WidePooling.forward(detached(), geometry)
      return output.recorded("maxPool2D", from: self) {
        WidePooling.inputGradient($0, winners: winners, shape: inputShape)
      }
    }
    let (output, winners) = MaxPooling.forward(detached(), geometry)
    return output.recorded("maxPool2D", from: self) { gradient in
      MaxPooling.inputGradient(gradient, winners: winners, geometry, shape: inputShape)
    }
  }
}

/// Maximum over sliding windows, sixteen channels at a time; four lines of pixels are a piece of work.
///
/// The forward pass keeps one byte per output: the tap that won. The gradient is gathered, so that every
/// value of it is written once: each input pixel asks the few windows that cover it whether it won.
enum MaxPooling {
  /// The taps that one byte tells apart.
  static let mostTaps = 256

  /// The maxima, and for each the tap of its window that holds it.
  static func forward(_ input: Tensor, _ window: WindowGeometry) -> (output: Tensor, winners: [UInt8]) {
    let shape: Shape = [window.batch, window.outputHeight, window.outputWidth, window.channels]
    var output = Tensor.zeros([0])
    // Kernels read and write whole vectors, up to one too far.
    let winners = [UInt8](unsafeUninitializedCapacity: shape.elementCount + 16) { buffer, count in
      count = shape.elementCount + 16
      guard let base = buffer.baseAddress else { return }
      let winners = SharedPointer(base)
      output = Tensor(shape: shape) { (out: SharedPointer<Float>) in
        Parallel.forEachRange(window.batch * window.outputHeight, grain: 4) { lines in
          for line in lines {
            input.withPointer { forwardLine($0, window, line: line, out.pointer, winners.pointer) }
          }
        }
      }
    }
    return (output, winners)
  }

  private static func forwardLine(
    _ input: UnsafePointer<Float>, _ window: WindowGeometry, line: Int,
    _ output: UnsafeMutablePointer<Float>, _ winners: UnsafeMutablePointer<UInt8>
  ) {
    let (image, y) = line.quotientAndRemainder(dividingBy: window.outputHeight)
    let channels = window.channels
    let rows = window.inside(y, window.windowHeight, window.height)
    for x in 0..<window.outputWidth {
      let columns = window.inside(x, window.windowWidth, window.width)
      let row = image * window.height + y * window.stride - window.padding
      let corner = input + (row * window.width + x * window.stride - window.padding) * channels
      let offset = (line * window.outputWidth + x) * channels
      for channel in stride(from: 0, to: channels, by: 16) {
        var best = Vector(repeating: -.infinity)
        var winner = SIMD16<Int32>(
          repeating: Int32(rows.lowerBound * window.windowWidth + columns.lowerBound))
        for ky in rows {
          for kx in columns {
            let values = Vector(at: corner + (ky * window.width + kx) * channels + channel)
            let wins = (values .> best) .| (values .!= values)
            best.replace(with: values, where: wins)
            winner.replace(with: Int32(ky * window.windowWidth + kx), where: wins)
          }
        }
        let count = min(16, channels - channel)
        let bytes = SIMD16<UInt8>(truncatingIfNeeded: winner)
        if count == 16 {
          best.store(to: output + offset + channel)
          UnsafeMutableRawPointer(winners + offset + channel).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
        } else {
          best.store(to: output + offset + channel, count: count)
          for lane in 0..<count { winners[offset + channel + lane] = bytes[lane] }
        }
      }
    }
  }

  /// The gradient of the input: each output's gradient goes to the value that won.
  static func inputGradient(
    _ gradient: Tensor, winners: [UInt8], _ window: WindowGeometry, shape: Shape
  ) -> Tensor {
    Tensor(shape: shape) { (out: SharedPointer<Float>) in
      Parallel.forEachRange(window.batch * window.height, grain: 4) { lines in
        winners.withUnsafeBufferPointer { bytes in
          guard let winners = bytes.baseAddress else { return }
          for line in lines {
            gradient.withPointer { gradientLine($0, winners, window, line: line, out.pointer) }
          }
        }
      }
    }
  }

  private static func gradientLine(
    _ gradient: UnsafePointer<Float>, _ winners: UnsafePointer<UInt8>, _ window: WindowGeometry, line: Int,
    _ output: UnsafeMutablePointer<Float>
  ) {
    let (image, y) = line.quotientAndRemainder(dividingBy: window.height)
    let channels = window.channels
    let rows = window.covering(y, window.windowHeight, window.outputHeight)
    for x in 0..<window.width {
      let columns = window.covering(x, window.windowWidth, window.outputWidth)
      let target = output + (line * window.width + x) * channels
      for channel in stride(from: 0, to: channels, by: 16) {
        var sum = Vector.zero
        for oy in rows {
          let ky = y + window.padding - oy * window.stride
          for ox in columns {
            let tap = ky * window.windowWidth + x + window.padding - ox * window.stride
            let offset = ((image * window.outputHeight + oy) * window.outputWidth + ox) * channels + channel
            let bytes = UnsafeRawPointer(winners + offset).loadUnaligned(as: SIMD4<UInt32>.self)
            let won = widened(bytes) .== SIMD16<Int32>(repeating: Int32(tap))
            sum += Vector.zero.replacing(with: Vector(at: gradient + offset), where: won)
          }
        }
        if channel + 16 <= channels {
          sum.store(to: target + channel)
        } else {
          sum.store(to: target + channel, count: channels - channel)
        }
      }
    }
  }
}

/// Maximum over windows of more values than a byte counts, one value at a time.
enum WidePooling {
  /// The maxima, and where in the input each of them lies.
  static func forward(_ input: Tensor, _ window: WindowGeometry) -> (output: Tensor, winners: [Int]) {
    let shape: Shape = [window.batch, window.outputHeight, window.outputWidth, window.channels]
    let lineCount = window.outputWidth * window.channels
    let winners = Parallel.map(window.batch * window.outputHeight) { line in
      input.withPointer { values in
        (0..<lineCount).map {
          winner(in: values, window, line: line, $0 / window.channels, $0 % window.channels)
        }
      }
    }.flatMap(\.self)
    let output = input.withSpan { values in Tensor(winners.map { values[$0] }, shape: shape) }
    return (output, winners)
  }

  private static func winner(
    in values: UnsafePointer<Float>, _ window: WindowGeometry, line: Int, _ x: Int, _ channel: Int
  ) -> Int {
    let (image, y) = line.quotientAndRemainder(dividingBy: window.outputHeight)
    var best: Int?
    for ky in window.inside(y, window.windowHeight, window.height) {
      let row = image * window.height + y * window.stride - window.padding + ky
      for kx in window.inside(x, window.windowWidth, window.width) {
        let column = x * window.stride - window.padding + kx
        let place = (row * window.width + column) * window.channels + channel
        guard let current = best else {
          best = place
          continue
        }
        if values[place] > values[current] || values[place].isNaN { best = place }
      }
    }
    return best ?? 0
  }

  /// The gradient of the input: the sum over the outputs that each value won.
  static func inputGradient(_ gradient: Tensor, winners: [Int], shape: Shape) -> Tensor {
    var sums = [Float](repeating: 0, count: shape.elementCount)
    gradient.withSpan { values in
      for (index, winner) in winners.enumerated() { sums[winner] += values[index] }
    }
    return Tensor(sums, shape: shape)
  }
}

extension WindowGeometry {
  /// The taps along one axis that lie inside a map of `extent` for the output at `position`.
  fileprivate func inside(_ position: Int, _ taps: Int, _ extent: Int) -> Range<Int> {
    let start = position * stride - padding
    return max(0, -start)..<max(max(0, -start), min(taps, extent - start))
  }

  /// The outputs along one axis whose windows cover the input at `position`.
  fileprivate func covering(_ position: Int, _ taps: Int, _ outputs: Int) -> Range<Int> {
    let place = position + padding
    let first = max(0, (place - taps + stride) / stride)
    return first..<max(first, min(outputs, place / stride + 1))
  }
}

/// The sixteen bytes of four words as one lane each.
@inline(__always)
private func widened(_ words: SIMD4<UInt32>) -> SIMD16<Int32> {
  let low = SIMD4<UInt32>(words[0], words[0], words[0], words[0])
  let second = SIMD4<UInt32>(words[1], words[1], words[1], words[1])
  let third = SIMD4<UInt32>(words[2], words[2], words[2], words[2])
  let high = SIMD4<UInt32>(words[3], words[3], words[3], words[3])
  let fours = SIMD16(
    lowHalf: SIMD8(lowHalf: low, highHalf: second), highHalf: SIMD8(lowHalf: third, highHalf: high))
  let shifts = SIMD16<UInt32>(0, 8, 16, 24, 0, 8, 16, 24, 0, 8, 16, 24, 0, 8, 16, 24)
  return unsafeBitCast((fours &>> shifts) & 0xff, to: SIMD16<Int32>.self)
}
