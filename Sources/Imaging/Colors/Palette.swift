import Autograd

/// One colour: red, green and blue from 0 to 255, as stored in files (sRGB, not linear light).
public struct Color: Sendable, Hashable {
  /// The red part.
  public var red: UInt8
  /// The green part.
  public var green: UInt8
  /// The blue part.
  public var blue: UInt8

  /// Creates a colour from its parts.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// 0, 0, 0.
  public static let black = Color(0, 0, 0)
  /// 255, 255, 255.
  public static let white = Color(255, 255, 255)
}

/// The colours that stand for class ids in a palette PNG.
public struct Palette: Sendable, Hashable {
  /// The colour of each id, at most 256.
  public let colors: [Color]

  /// Creates a palette.
  ///
  /// - Precondition: there are 1 to 256 colours.
  public init(_ colors: [Color]) {
    precondition((1...256).contains(colors.count), "palette: \(colors.count) colours; there can be 1 to 256")
    self.colors = colors
  }

  /// The PASCAL VOC palette: the bits of the id, interleaved.
  ///
  /// Bits 0, 1, 2 of the id become the highest bits of red, green, blue, bits 3, 4, 5 the next ones and so
  /// on; so 15 is (192, 128, 128) and 255, "ignore", is (224, 224, 192).
  public static let voc = Palette(
    (0..<256).map { id in
      var (red, green, blue) = (0, 0, 0)
      for level in 0..<3 {
        let bits = id >> (3 * level)
        red |= (bits & 1) << (7 - level)
        green |= (bits >> 1 & 1) << (7 - level)
        blue |= (bits >> 2 & 1) << (7 - level)
      }
      return Color(UInt8(red), UInt8(green), UInt8(blue))
    })

  /// The colour of `id`; black for an id that the palette does not hold.
  public subscript(id: UInt8) -> Color {
    Int(id) < colors.count ? colors[Int(id)] : .black
  }
}
