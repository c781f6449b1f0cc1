extension Tensor {
  /// The mean over height and width: `[batch, height, width, channels]` → `[batch, channels]`.
  public func globalAveragePool() -> Tensor {
    precondition(rank == 4, "globalAveragePool: the input \(shape) must be [batch, height, width, channels]")
    let (batch, pixels, channels) = (shape[0], shape[1] * shape[2], shape[3])
    let (input, inputShape) = (detached(), shape)
    let factor = 1 / Float(pixels)
    let output = Tensor(shape: [batch, channels]) { (out: SharedPointer<Float>) in
      Parallel.forEach(batch) { image in
        let sums = out.pointer + image * channels
        sums.update(repeating: 0, count: channels)
        input.withPointer { values in
          for pixel in image * pixels..<(image + 1) * pixels {
            for channel in 0..<channels { sums[channel] += values[pixel * channels + channel] }
          }
        }
        for channel in 0..<channels { sums[channel] *= factor }
      }
    }
    return output.recorded("globalAveragePool", from: self) { gradient in
      Tensor(shape: inputShape) { (out: SharedPointer<Float>) in
        Parallel.forEach(batch) { image in
          gradient.withPointer { values in
            for pixel in image * pixels..<(image + 1) * pixels {
              for channel in 0..<channels {
                out.pointer[pixel * channels + channel] = values[image * channels + channel] * factor
              }
            }
          }
        }
      }
    }
  }
}

extension Tensor {
  /// The maximum over height and width: `[batch, height, width, channels]` → `[batch, channels]`.
  ///
  /// The gradient goes to the first of equal values. NaN wins, the last one of several, as in PyTorch.
  public func globalMaxPool() -> Tensor {
    precondition(rank == 4, "globalMaxPool: the input \(shape) must be [batch, height, width, channels]")
    let (batch, pixels, channels) = (shape[0], shape[1] * shape[2], shape[3])
    precondition(pixels > 0, "globalMaxPool: the map \(shape) is empty")
    let (input, inputShape) = (detached(), shape)
    var winners = [Int32](repeating: 0, count: batch * channels)
    let output = Tensor(shape: [batch, channels]) { (out: SharedPointer<Float>) in
      input.withPointer { values in
        for image in 0..<batch {
          let target = out.pointer + image * channels
          target.update(from: values + image * pixels * channels, count: channels)
          for pixel in 1..<max(pixels, 1) {
            let source = values + (image * pixels + pixel) * channels
            for channel in 0..<channels where source[channel] > target[channel] || source[channel].isNaN {
              target[channel] = source[channel]
              winners[image * channels + channel] = Int32(pixel)
            }
          }
        }
      }
    }
    return output.recorded("globalMaxPool", from: self) { [winners] gradient in
      Tensor(shape: inputShape) { (out: SharedPointer<Float>) in
        out.pointer.update(repeating: 0, count: inputShape.elementCount)
        gradient.withPointer { values in
          for (index, winner) in winners.enumerated() {
            let pixel = index / channels * pixels + Int(winner)
            out.pointer[pixel * channels + index % channels] = values[index]
          }
        }
      }
    }
  }
}

extension Tensor {
  /// The weighted mean over height and width, with weight `decay^r` for the value of rank r (0 for the
  /// greatest): `[batch, height, width, channels]` → `[batch, channels]`.
  ///
  /// Between the maximum (decay 0) and the mean (decay 1). Kolesnikov and Lampert, "Seed, expand and
  /// constrain", ECCV 2016, equation 3. Equal values are ranked in the order of their places.
  ///
  /// - Precondition: one decay, 0 … 1, for each channel.
  public func globalRankPool(decays: [Float]) -> Tensor {
    precondition(
      rank == 4 && shape[1] * shape[2] > 0 && decays.count == shape[3]
        && decays.allSatisfy { (0...1).contains($0) },
      "globalRankPool: \(decays.count) decays for the input \(shape)")
    let (batch, pixels, channels) = (shape[0], shape[1] * shape[2], shape[3])
    let (input, inputShape) = (detached(), shape)
    let weights = decays.map { Self.rankWeights(decay: $0, count: pixels) }
    let order = Parallel.map(batch * channels) { index in
      input.withSpan { values in
        let start = index / channels * pixels * channels + index % channels
        return (0..<pixels).sorted {
          let (a, b) = (values[start + $0 * channels], values[start + $1 * channels])
          return a > b || a == b && $0 < $1
        }.map { Int32(start + $0 * channels) }
      }
    }
    let output = Tensor(shape: [batch, channels]) { out in
      input.withSpan { values in
        for index in out.indices {
          var sum = 0.0
          for (rank, weight) in weights[index % channels].enumerated() {
            sum += Double(weight) * Double(values[Int(order[index][rank])])
          }
          out[index] = Float(sum)
        }
      }
    }
    return output.recorded("globalRankPool", from: self) { gradient in
      Tensor(shape: inputShape) { out in
        gradient.withSpan { gradient in
          for index in 0..<batch * channels {
            for (rank, weight) in weights[index % channels].enumerated() {
              out[Int(order[index][rank])] = weight * gradient[index]
            }
          }
        }
      }
    }
  }

  /// `decay^r / Σ decay^i` for the ranks r below `count`.
  private static func rankWeights(decay: Float, count: Int) -> [Float] {
    var powers = [1.0]
    for _ in 1..<max(count, 1) { powers.append(powers[powers.count - 1] * Double(decay)) }
    let sum = powers.reduce(0, +)
    return powers.map { Float($0 / sum) }
  }
}
