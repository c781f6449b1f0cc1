extension Image {
  /// Paints a rectangle; what lies outside is cut off.
  public mutating func fill(x: Int, y: Int, width: Int, height: Int, color: Color) {
    let columns = max(x, 0)..<max(max(x, 0), min(x + width, self.width))
    for row in max(y, 0)..<max(max(y, 0), min(y + height, self.height)) {
      for column in columns { self[column, row] = color }
    }
  }

  /// Lays another picture on top with its top left corner at (x, y).
  ///
  /// - Precondition: it lies inside.
  public mutating func draw(_ other: Image, x: Int, y: Int) {
    precondition(
      x >= 0 && y >= 0 && x + other.width <= width && y + other.height <= height,
      "draw: \(other.width) × \(other.height) at (\(x), \(y)) is not inside \(width) × \(height)")
    pixels.paste(other.pixels, length: 3 * other.width, at: 3 * x, y, stride: 3 * width)
  }
}

extension Color {
  /// This colour with `share` of another, 0 to 1.
  func mixed(with other: Color, _ share: Float) -> Color {
    func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
      UInt8((Float(from) + share * (Float(to) - Float(from))).rounded())
    }
    return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }
}
