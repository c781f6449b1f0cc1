public import Autograd

/// The mean and the standard deviation that a network expects of each channel, of values from 0 to 1.
public struct Normalization: Sendable, Hashable {
  /// The mean of red, green and blue.
  public var mean: [Float]
  /// The standard deviation of red, green and blue.
  public var deviation: [Float]

  /// Creates a normalisation from three means and three deviations.
  ///
  /// - Precondition: there are three of each, and no deviation is 0.
  public init(mean: [Float], deviation: [Float]) {
    precondition(
      mean.count == 3 && deviation.count == 3 && !deviation.contains(0),
      "normalization: the mean \(mean) and deviation \(deviation) are not three values each, without 0")
    self.mean = mean
    self.deviation = deviation
  }

  /// The statistics of ImageNet, which nearly all published weights were trained with.
  public static let imageNet = Normalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
  /// Values from −1 to 1, as most networks of TensorFlow expect them.
  public static let half = Normalization(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])
  /// Values from 0 to 1 as they are.
  public static let unit = Normalization(mean: [0, 0, 0], deviation: [1, 1, 1])
}

extension Image {
  /// The values (v / 255 − mean) / deviation as a tensor `[height, width, 3]`.
  public func tensor(_ normalization: Normalization = .imageNet) -> Tensor {
    Tensor(shape: [height, width, 3]) { out in
      out.withUnsafeMutableBufferPointer { write(into: $0, normalization) }
    }
  }

  /// Writes the normalised values, `[height, width, 3]`, to memory that holds exactly as many.
  ///
  /// - Precondition: `out` holds `3 * width * height` values.
  public func write(into out: UnsafeMutableBufferPointer<Float>, _ normalization: Normalization = .imageNet) {
    precondition(
      out.count == pixels.count, "image: \(pixels.count) values do not fill a buffer of \(out.count)")
    // One table per channel: the values are those of the formula to the last bit, without a division each.
    let table = (0..<3).map { channel in
      (0..<256).map { (Float($0) / 255 - normalization.mean[channel]) / normalization.deviation[channel] }
    }
    let (red, green, blue) = (table[0], table[1], table[2])
    pixels.withUnsafeBufferPointer { pixels in
      for index in stride(from: 0, to: pixels.count, by: 3) {
        out[index] = red[Int(pixels[index])]
        out[index + 1] = green[Int(pixels[index + 1])]
        out[index + 2] = blue[Int(pixels[index + 2])]
      }
    }
  }

  /// The picture whose normalised values a tensor `[height, width, 3]` holds, rounded and clamped to bytes.
  ///
  /// - Precondition: the tensor has that shape.
  public init(_ tensor: Tensor, _ normalization: Normalization = .imageNet) {
    let shape = tensor.shape
    precondition(shape.rank == 3 && shape[2] == 3, "image: the shape \(shape) is not [height, width, 3]")
    self.init(width: shape[1], height: shape[0]) { out in
      tensor.withUnsafeScalars { values in
        for index in 0..<values.count {
          let channel = index % 3
          let value = values[index] * normalization.deviation[channel] + normalization.mean[channel]
          // max drops NaN as well, which a conversion would trap on.
          out[index] = UInt8(min(max(0, value * 255), 255).rounded())
        }
      }
    }
  }
}
