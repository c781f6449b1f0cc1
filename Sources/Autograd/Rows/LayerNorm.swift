extension Tensor {
  /// Normalises each run of the last axis with its own statistics:
  /// `scale · (x − mean) / √(variance + epsilon) + offset` (Ba, Kiros and Hinton 2016).
  ///
  /// The variance is biased, as in PyTorch. `scale` and `offset` are `[channels]`; the output has this
  /// tensor's shape.
  ///
  /// - Precondition: `scale` and `offset` have one value for each index of the last axis.
  public func layerNorm(scale: Tensor, offset: Tensor, epsilon: Float) -> Tensor {
    let channels = shape.last ?? 0
    precondition(
      scale.shape == [channels] && offset.shape == [channels],
      "layerNorm: scale \(scale.shape) and offset \(offset.shape) for the shape \(shape), not [\(channels)]")
    let kernel = LayerNormKernel(detached(), scale: scale.detached())
    return kernel.output(offset: offset, epsilon: epsilon)
      .recorded("layerNorm", from: [self, scale, offset]) { gradient in
        let gradients = kernel.gradients(gradient)
        return [gradients.input, gradients.scale, gradients.offset]
      }
  }
}

/// The rows of a layer norm: each is normalised on its own, then scaled and moved per channel.
struct LayerNormKernel: Sendable {
  let x: Tensor
  let scale: Tensor
  let channels: Int
  let rows: Int
  /// The mean and the inverse deviation of each row.
  let statistics: Storage

  init(_ x: Tensor, scale: Tensor) {
    self.x = x
    self.scale = scale
    channels = x.shape.last ?? 1
    rows = channels == 0 ? 0 : x.count / channels
    statistics = Storage(count: 2 * rows)
  }

  /// The rows that one thread takes at a time.
  private var grain: Int { max(8, (1 << 14) / max(channels, 1)) }
  /// The channels that fill whole vectors; the rest takes a scalar path.
  private var whole: Int { channels / 16 * 16 }

  /// The output; leaves the statistics for `gradients`.
  func output(offset: Tensor, epsilon: Float) -> Tensor {
    let output = Storage(count: x.count)
    Parallel.forEachRange(rows, grain: grain) { range in
      for row in range {
        let (mean, inverse) = moments(x.storage.base + row * channels, epsilon: epsilon)
        statistics.base[2 * row] = mean
        statistics.base[2 * row + 1] = inverse
        normalise(row, offset.storage.base, output.base + row * channels)
      }
    }
    return Tensor(shape: x.shape, storage: output)
  }

  private func moments(_ x: UnsafePointer<Float>, epsilon: Float) -> (mean: Float, inverse: Float) {
    var sums = Vector.zero
    for column in stride(from: 0, to: whole, by: 16) { sums += Vector(at: x + column) }
    var sum = sums.total
    for column in whole..<channels { sum += x[column] }
    let mean = sum / Float(channels)
    var squares = Vector.zero
    for column in stride(from: 0, to: whole, by: 16) {
      let distance = Vector(at: x + column) - mean
      squares.addProduct(distance, distance)
    }
    var square = squares.total
    for column in whole..<channels { square += (x[column] - mean) * (x[column] - mean) }
    return (mean, 1 / (square / Float(channels) + epsilon).squareRoot())
  }

  private func normalise(_ row: Int, _ offset: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>) {
    let (x, gain) = (x.storage.base + row * channels, scale.storage.base)
    let (mean, inverse) = (statistics.base[2 * row], statistics.base[2 * row + 1])
    for column in stride(from: 0, to: whole, by: 16) {
      let unit = (Vector(at: x + column) - mean) * inverse
      (Vector(at: offset + column).addingProduct(unit, Vector(at: gain + column))).store(to: out + column)
    }
    for column in whole..<channels {
      out[column] = (x[column] - mean) * inverse * gain[column] + offset[column]
    }
  }

  /// The gradients of the input, the scale and the offset, from one pass over memory.
  func gradients(_ gradient: Tensor) -> (input: Tensor, scale: Tensor, offset: Tensor) {
    let input = Storage(count: x.count)
    let chunk = max(grain, (rows + 63) / 64)
    let chunks = (rows + chunk - 1) / chunk
    let partial = Tensor(repeating: 0, shape: [chunks, 2, channels])
    Parallel.forEach(chunks) { index in
      let sums = partial.storage.base + 2 * index * channels
      for row in index * chunk..<min(rows, (index + 1) * chunk) {
        accumulate(row, gradient.storage.base + row * channels, sums, sums + channels)
        inputGradient(row, gradient.storage.base + row * channels, input.base + row * channels)
      }
    }
    var totals = [Double](repeating: 0, count: 2 * channels)
    for index in 0..<chunks {
      for column in totals.indices {
        totals[column] += Double(partial.storage.base[2 * index * channels + column])
      }
    }
    withExtendedLifetime(partial) {}
    return (
      Tensor(shape: x.shape, storage: input),
      Tensor(totals[..<channels].map { Float($0) }, shape: [channels]),
      Tensor(totals[channels...].map { Float($0) }, shape: [channels])
    )
  }

  private func accumulate(
    _ row: Int, _ gradient: UnsafePointer<Float>, _ scaleSums: UnsafeMutablePointer<Float>,
    _ offsetSums: UnsafeMutablePointer<Float>
  ) {
    let x = x.storage.base + row * channels
    let (mean, inverse) = (statistics.base[2 * row], statistics.base[2 * row + 1])
    for column in stride(from: 0, to: whole, by: 16) {
      let g = Vector(at: gradient + column)
      let unit = (Vector(at: x + column) - mean) * inverse
      (Vector(at: scaleSums + column).addingProduct(g, unit)).store(to: scaleSums + column)
      (Vector(at: offsetSums + column) + g).store(to: offsetSums + column)
    }
    for column in whole..<channels {
      scaleSums[column] += gradient[column] * (x[column] - mean) * inverse
      offsetSums[column] += gradient[column]
    }
  }

  /// `inverse · (h − mean(h) − u · mean(h · u))` with `h = gradient · scale` and `u` the normalised row.
  private func inputGradient(
    _ row: Int, _ gradient: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
  ) {
    let (x, gain) = (x.storage.base + row * channels, scale.storage.base)
    let (mean, inverse) = (statistics.base[2 * row], statistics.base[2 * row + 1])
    var (plain, weighted) = (Vector.zero, Vector.zero)
    for column in stride(from: 0, to: whole, by: 16) {
      let h = Vector(at: gradient + column) * Vector(at: gain + column)
      plain += h
      weighted.addProduct(h, (Vector(at: x + column) - mean) * inverse)
    }
    var (first, second) = (plain.total, weighted.total)
    for column in whole..<channels {
      first += gradient[column] * gain[column]
      second += gradient[column] * gain[column] * (x[column] - mean) * inverse
    }
    first /= Float(channels)
    second /= Float(channels)
    for column in stride(from: 0, to: whole, by: 16) {
      let h = Vector(at: gradient + column) * Vector(at: gain + column)
      let unit = (Vector(at: x + column) - mean) * inverse
      ((h - first - unit * second) * inverse).store(to: out + column)
    }
    for column in whole..<channels {
      let h = gradient[column] * gain[column]
      out[column] = (h - first - (x[column] - mean) * inverse * second) * inverse
    }
  }
}
