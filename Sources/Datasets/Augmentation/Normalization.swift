public import Autograd
public import Imaging

/// The shift and scale that bring each channel of a picture to about zero mean and unit deviation.
public struct Normalization: Sendable, Hashable {
  /// The mean of red, green and blue, 0...255.
  public let mean: SIMD3<Float>
  /// The standard deviation of red, green and blue, 0...255.
  public let deviation: SIMD3<Float>

  /// Creates a normalisation.
  public init(mean: SIMD3<Float>, deviation: SIMD3<Float>) {
    self.mean = mean
    self.deviation = deviation
  }

  /// The figures of ImageNet that published weights were trained with.
  public static let imageNet = Normalization(
    mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375])

  /// Pictures of one size as a tensor `[batch, height, width, 3]`.
  ///
  /// - Precondition: there is at least one, and all have the same size.
  public func tensor(_ images: [Image]) -> Tensor {
    precondition(!images.isEmpty, "normalization: no image")
    let (width, height) = (images[0].width, images[0].height)
    precondition(
      images.allSatisfy { $0.width == width && $0.height == height },
      "normalization: the images of a batch differ in size")
    let values = images.flatMap { image in
      image.pixels.enumerated().map { index, value in (Float(value) - mean[index % 3]) / deviation[index % 3]
      }
    }
    return Tensor(values, shape: [images.count, height, width, 3])
  }

  /// One picture of a normalised batch `[batch, height, width, 3]`.
  ///
  /// - Precondition: the tensor has this shape and the index lies inside.
  public func image(_ tensor: Tensor, at index: Int = 0) -> Image {
    precondition(
      tensor.rank == 4 && tensor.shape[3] == 3 && (0..<tensor.shape[0]).contains(index),
      "normalization: no picture \(index) in \(tensor.shape)")
    let (height, width) = (tensor.shape[1], tensor.shape[2])
    let count = 3 * width * height
    let pixels = tensor.withSpan { values in
      (0..<count).map { offset in
        let value = values[index * count + offset] * deviation[offset % 3] + mean[offset % 3]
        return UInt8(min(max(value.rounded(), 0), 255))
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}
