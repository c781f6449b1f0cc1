import Autograd

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

/// The built-in letters: printable ASCII, 5 × 7 pixels in a cell of 6 × 8.
enum BitmapFont {
  /// The distance from letter to letter.
  static let advance = 6
  /// The height of a line.
  static let lineHeight = 8

  /// The five columns of a letter from left to right; bit 0 is the top row. `?` for anything but ASCII.
  static func columns(of letter: Character) -> ArraySlice<UInt8> {
    let code = letter.asciiValue.flatMap { (32...126).contains($0) ? Int($0) : nil } ?? 63
    return glyphs[5 * (code - 32)..<5 * (code - 31)]
  }

  /// Two hexadecimal digits per column, eight letters per line, from the space on.
  private static let glyphs: [UInt8] = {
    let digits = """
      000000000000005F00000007000700147F147F14242A7F2A12231308646236495620500005030000
      001C2241000041221C0014083E081408083E08080050300000080808080800606000002010080402
      3E5149453E00427F400042615149462141454B311814127F1027454545393C4A4949300171090503
      3649494936064949291E003636000000563600000814224100141414141400412214080201510906
      324979413E7E1111117E7F494949363E414141227F4141221C7F494949417F090909013E4149497A
      7F0808087F00417F41002040413F017F081422417F404040407F020C027F7F0408107F3E4141413E
      7F090909063E4151215E7F09192946464949493101017F01013F4040403F1F2040201F3F4038403F
      631408146307087008076151494543007F41410002040810200041417F0004020102044040404040
      000102040020545454787F484444383844444420384444487F3854545418087E0901020C5252523E
      7F0804047800447D40002040443D007F1028440000417F40007C041804787C080404783844444438
      7C14141408081414187C7C080404084854545420043F4440203C4040207C1C2040201C3C4030403C
      44281028440C5050503C4464544C44000836410000007F000000413608000804081008
      """
    let values = digits.compactMap(\.hexDigitValue)
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }()
}

extension Image {
  /// The size of a line of text in the built-in font.
  public static func textSize(_ text: String, scale: Int = 1) -> (width: Int, height: Int) {
    (text.count * BitmapFont.advance * scale, BitmapFont.lineHeight * scale)
  }

  /// Writes a line of text with its top left corner at (x, y); what lies outside is cut off.
  ///
  /// Only ASCII has letters; other characters become `?`.
  public mutating func draw(_ text: String, x: Int, y: Int, color: Color = .black, scale: Int = 1) {
    for (index, letter) in text.enumerated() {
      let left = x + index * BitmapFont.advance * scale
      for (column, bits) in BitmapFont.columns(of: letter).enumerated() {
        for row in 0..<7 where bits >> row & 1 == 1 {
          fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, color: color)
        }
      }
    }
  }
}
