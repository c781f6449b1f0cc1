public import Autograd

/// Values drawn as colours from dark blue over green to dark red.
///
/// The colours are Turbo (Mikhailov, "Turbo, An Improved Rainbow Colormap for Visualization", 2019) by its
/// author's polynomial of degree five.
public struct HeatMap: Sendable {
  /// The values as colours.
  public let image: Image
  /// Each value's place in the range, 0 to 1.
  private let levels: [Float]

  /// Draws the values `[height, width]`; those outside `range`, and NaN, get the colour of its nearer end.
  ///
  /// - Precondition: the tensor has two axes, and the range is not empty.
  public init(_ values: Tensor, range: ClosedRange<Float> = 0...1) {
    precondition(values.rank == 2, "heat map: the shape \(values.shape) is not [height, width]")
    precondition(range.lowerBound < range.upperBound, "heat map: the range \(range) holds one value only")
    let extent = range.upperBound - range.lowerBound
    let levels = values.scalars.map { min(max(0, ($0 - range.lowerBound) / extent), 1) }
    self.levels = levels
    image = Image(width: values.shape[1], height: values.shape[0]) { out in
      for (index, level) in levels.enumerated() {
        let color = Self.color(level)
        out[3 * index] = color.red
        out[3 * index + 1] = color.green
        out[3 * index + 2] = color.blue
      }
    }
  }

  /// The map over its picture, scaled to its size: the stronger a value, the more its colour covers.
  ///
  /// - Precondition: `opacity`, that of the highest value, is 0 to 1.
  public func over(_ picture: Image, opacity: Float = 0.7) -> Image {
    precondition((0...1).contains(opacity), "heat map: the opacity \(opacity) is outside 0…1")
    let grey = levels.flatMap { level in Array(repeating: UInt8((level * 255).rounded()), count: 3) }
    let scaled = Image(width: image.width, height: image.height, pixels: grey)
      .resized(width: picture.width, height: picture.height, .bilinear)
    var result = picture
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        let level = Float(scaled[x, y].red) / 255
        // Half the opacity at once keeps weak values visible against the picture.
        let share = opacity * (0.5 + 0.5 * level)
        result[x, y] = picture[x, y].mixed(with: Self.color(level), share)
      }
    }
    return result
  }

  /// Writes the values as a PNG.
  ///
  /// - Throws: `ImageError.cannotWrite`.
  public func writePNG(to path: String) throws(ImageError) {
    try image.writePNG(to: path)
  }

  /// The colour of a level from 0 to 1.
  static func color(_ level: Float) -> Color {
    func channel(_ coefficients: [Float]) -> UInt8 {
      let value = coefficients.reversed().reduce(0) { $0 * level + $1 }
      return UInt8(min(max(value, 0), 1) * 255)
    }
    return Color(channel(red), channel(green), channel(blue))
  }

  private static let red: [Float] = [
    0.13572138, 4.61539260, -42.66032258, 132.13108234, -152.94239396, 59.28637943,
  ]
  private static let green: [Float] = [
    0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604,
  ]
  private static let blue: [Float] = [
    0.10667330, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973,
  ]
}
