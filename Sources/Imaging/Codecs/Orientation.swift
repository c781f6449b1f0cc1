/// How a picture lies in its file: the values of EXIF's tag `Orientation` (EXIF 2.32, 4.6.4), which say how
/// viewers turn it.
public enum Orientation: Int, Sendable, CaseIterable {
  /// As it is shown.
  case upright = 1
  /// Left and right change places.
  case mirrored = 2
  /// Turned by half.
  case upsideDown = 3
  /// Top and bottom change places.
  case flipped = 4
  /// Rows and columns change places.
  case transposed = 5
  /// Turned a quarter clockwise to be shown: an upright telephone.
  case quarterClockwise = 6
  /// Rows and columns change places about the other diagonal.
  case transversed = 7
  /// Turned a quarter anticlockwise to be shown.
  case quarterAnticlockwise = 8

  /// Whether width and height change places.
  public var swapsSides: Bool { rawValue >= 5 }

  /// Reads what a PNG or JPEG file says; one that says nothing, or nothing that can be understood, is
  /// upright.
  ///
  /// - Throws: `ImageError` if the file cannot be read or is neither.
  public init(contentsOf path: String) throws(ImageError) {
    let bytes = try readFile(path)
    switch try FileFormat(of: bytes, path: path) {
    case .png: self = try PNGFile(bytes, path: path).orientation
    case .jpeg: self = JPEGMarkers(bytes, upToScans: true).orientation
    }
  }

  /// Finds the tag in the first directory of EXIF data; `nil` if they are damaged or say nothing.
  init?(exif: some Collection<UInt8>) {
    var bytes = Array(exif)
    while bytes.starts(with: Self.prefix) { bytes.removeFirst(Self.prefix.count) }
    let isLittle = bytes.starts(with: [0x49, 0x49, 0x2A, 0])
    guard isLittle || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) else { return nil }
    func number(_ offset: Int, _ count: Int) -> Int? {
      guard offset >= 0, offset + count <= bytes.count else { return nil }
      let part = bytes[offset..<offset + count]
      return isLittle ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, 4), let entries = number(directory, 2) else { return nil }
    var found: Orientation?
    for entry in 0..<entries {
      let start = directory + 2 + 12 * entry
      // Short and long integers are what writers use.
      guard let tag = number(start, 2), let type = number(start + 2, 2), let count = number(start + 4, 4),
        let value = number(start + 8, type == 4 ? 4 : 2)
      else { break }
      guard tag == 0x0112, type == 3 || type == 4, count == 1 else { continue }
      found = Orientation(rawValue: value) ?? .upright
    }
    guard let found else { return nil }
    self = found
  }

  /// Finds `tiff:Orientation` in XMP data, as an attribute or an element; `nil` if they do not say it.
  init?(xmp: some Collection<UInt8>) {
    let bytes = Array(xmp)
    let name = Array("tiff:Orientation".utf8)
    guard let start = bytes.firstRange(of: name)?.upperBound else { return nil }
    var rest = bytes[start...].drop { " \t\r\n".utf8.contains($0) }
    if rest.first == UInt8(ascii: "=") {
      rest = rest.dropFirst().drop { " \t\r\n".utf8.contains($0) }
      guard let quote = rest.popFirst(), "\"'".utf8.contains(quote) else { return nil }
    } else if rest.popFirst() != UInt8(ascii: ">") {
      return nil
    }
    let text = rest.prefix { !"\"'<".utf8.contains($0) }.filter { !" \t\r\n".utf8.contains($0) }
    guard text.count == 1, let digit = text.first else { return nil }
    self.init(rawValue: Int(digit) - Int(UInt8(ascii: "0")))
  }

  /// What stands before EXIF data in a JPEG file.
  static let prefix: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
}

extension Image {
  /// The picture as it is shown, of pixels that lie as `orientation` says.
  func shown(_ orientation: Orientation) -> Image {
    guard orientation != .upright else { return self }
    let (w, h) = orientation.swapsSides ? (height, width) : (width, height)
    return Image(width: w, height: h) { out in
      orientation.turn(width: width, height: height) { source, target in
        for channel in 0..<3 { out[3 * target + channel] = pixels[3 * source + channel] }
      }
    }
  }
}

extension LabelMap {
  /// The mask as it is shown, of ids that lie as `orientation` says.
  func shown(_ orientation: Orientation) -> LabelMap {
    guard orientation != .upright else { return self }
    let (w, h) = orientation.swapsSides ? (height, width) : (width, height)
    let turned = bytes(count: ids.count) { out in
      orientation.turn(width: width, height: height) { out[$1] = ids[$0] }
    }
    return LabelMap(width: w, height: h, ids: turned, palette: palette)
  }
}

extension Orientation {
  /// Calls `move` with the index of each pixel in the file and its index as shown.
  @inline(__always)
  fileprivate func turn(width: Int, height: Int, _ move: (_ source: Int, _ target: Int) -> Void) {
    let last = width * height - 1
    // Where the first shown pixel lies, and how far its neighbours to the right and below lie from it.
    let (start, right, below) =
      switch self {
      case .upright: (0, 1, width)
      case .mirrored: (width - 1, -1, width)
      case .upsideDown: (last, -1, -width)
      case .flipped: (last - width + 1, 1, -width)
      case .transposed: (0, width, 1)
      case .quarterClockwise: (last - width + 1, -width, 1)
      case .transversed: (last, -width, -1)
      case .quarterAnticlockwise: (width - 1, width, -1)
      }
    let (columns, rows) = swapsSides ? (height, width) : (width, height)
    // In squares, so that the rows of the file that columns are read from stay in the cache.
    let side = 64
    for top in stride(from: 0, to: rows, by: side) {
      for left in stride(from: 0, to: columns, by: side) {
        for y in top..<min(top + side, rows) {
          for x in left..<min(left + side, columns) { move(start + x * right + y * below, y * columns + x) }
        }
      }
    }
  }
}
