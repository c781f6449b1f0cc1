/// What the markers of a JPEG file say (ITU-T T.81, annex B), found without decoding.
struct JPEGMarkers {
  /// The EXIF data, which may lie in several segments.
  private(set) var exif: [UInt8] = []
  private var xmp: ArraySlice<UInt8> = []
  /// The number of scans.
  private(set) var scans = 0
  /// Whether all coefficients are held in memory before the first pixel is made.
  var isBuffered: Bool { isProgressive || scans > 1 }
  /// Whether the entropy coding is arithmetic, which may spend far less than a bit on a block.
  private(set) var isArithmetic = false
  private var isProgressive = false
  /// The kind of the frame, and the bits of a sample.
  private var frame: (marker: UInt8, bits: UInt8)?

  /// How the picture lies in the file; what XMP data say counts where EXIF data say nothing.
  var orientation: Orientation { Orientation(exif: exif) ?? Orientation(xmp: xmp) ?? .upright }

  /// What the coding is called if it is a rare one, for which decoders are built seldom.
  var rareCoding: String? {
    guard let frame else { return nil }
    switch frame.marker {
    case 0xC3, 0xCB: return "lossless"
    case 0xC5...0xC7, 0xCD...0xCF: return "hierarchical"
    case 0xF7: return "JPEG-LS"
    case 0xC9...0xCA where frame.bits == 8: return "arithmetic-coded"
    default: return frame.bits == 8 ? nil : "\(frame.bits)-bit"
    }
  }

  /// What stands before XMP data.
  private static let xmpPrefix = Array("http://ns.adobe.com/xap/1.0/\0".utf8)

  /// Walks the segments, up to the first scan only if `upToScans` says so.
  init(_ bytes: [UInt8], upToScans: Bool = false) {
    var offset = 2
    while offset + 1 < bytes.count {
      guard bytes[offset] == 0xFF, bytes[offset + 1] != 0xFF else {
        offset += 1
        continue
      }
      let marker = bytes[offset + 1]
      offset += 2
      // Stuffed bytes, TEM, restarts and a further start stand alone.
      if marker <= 0x01 || (0xD0...0xD8).contains(marker) { continue }
      guard marker != 0xD9, offset + 1 < bytes.count else { return }
      let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
      let end = min(offset + max(length, 2), bytes.count)
      switch marker {
      case 0xE1 where bytes[min(offset + 2, end)..<end].starts(with: Orientation.prefix):
        exif += bytes[(offset + 2 + (exif.isEmpty ? 0 : Orientation.prefix.count))..<end]
      case 0xE1 where xmp.isEmpty && bytes[min(offset + 2, end)..<end].starts(with: Self.xmpPrefix):
        xmp = bytes[offset + 2 + Self.xmpPrefix.count..<end]
      case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker), 0xF7:
        if frame == nil, offset + 2 < end { frame = (marker, bytes[offset + 2]) }
        isProgressive = marker & 3 == 2
        isArithmetic = marker > 0xC8 && marker != 0xF7
      case 0xDA:
        if upToScans { return }
        scans += 1
      default: break
      }
      offset = end
    }
  }
}
