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
