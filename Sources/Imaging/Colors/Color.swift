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
