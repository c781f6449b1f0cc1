extension Tensor {
  /// The maximum over height and width: `[batch, height, width, channels]` → `[batch, channels]`.
  ///
  /// The gradient goes to the first of equal values.
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
            for channel in 0..<channels where source[channel] > target[channel] {
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
