import Foundation

/// One change of brightness, contrast, saturation and hue, the same for all pixels of a picture.
struct ColorJitter: Sendable, Equatable {
  /// The factor of all channels.
  let brightness: Float
  /// The factor of the distance from the picture's mean grey.
  let contrast: Float
  /// The factor of the distance from each pixel's own grey.
  let saturation: Float
  /// The rotation about the grey axis, in turns.
  let hue: Float

  /// Changes red, green and blue of all pixels, 0...255, in place.
  func apply(to pixels: inout [Float]) {
    let (red, green, blue) = columns
    let luma = SIMD3<Float>(0.299, 0.587, 0.114)
    var grey = 0.0
    for index in stride(from: 0, to: pixels.count, by: 3) {
      let pixel = SIMD3(pixels[index], pixels[index + 1], pixels[index + 2])
      grey += Double((pixel * luma).sum())
    }
    let mean = pixels.isEmpty ? 0 : brightness * Float(grey / Double(pixels.count / 3))
    let limit = SIMD3<Float>(repeating: 255)
    for index in stride(from: 0, to: pixels.count, by: 3) {
      var pixel = red * pixels[index] + green * pixels[index + 1] + blue * pixels[index + 2]
      pixel = (pixel - mean) * contrast + mean
      pixel = pixel.clamped(lowerBound: .zero, upperBound: limit)
      for channel in 0..<3 { pixels[index + channel] = pixel[channel] }
    }
  }

  /// What a unit of red, green and blue becomes under brightness, saturation and hue.
  private var columns: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) {
    let cosine = cos(2 * .pi * hue)
    let sine = sin(2 * .pi * hue)
    let luma: [Float] = [0.299, 0.587, 0.114]
    // Rodrigues' rotation about (1, 1, 1) / √3, then the mix with the grey of the pixel.
    let (same, next, last) = (
      cosine + (1 - cosine) / 3, (1 - cosine) / 3 + sine / Float(3).squareRoot(),
      (1 - cosine) / 3 - sine / Float(3).squareRoot()
    )
    let rotated: [SIMD3<Float>] = [[same, next, last], [last, same, next], [next, last, same]]
    let mixed = zip(rotated, luma).map { column, weight in
      brightness * (saturation * column + (1 - saturation) * weight)
    }
    return (mixed[0], mixed[1], mixed[2])
  }
}
