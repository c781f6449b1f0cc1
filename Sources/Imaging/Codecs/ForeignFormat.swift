/// Kinds of file that are worth naming where a PNG or JPEG file was expected.
enum ForeignFormat {
  /// What kind of file this is, as in "a GIF"; `nil` if it is none of those known.
  static func name(of bytes: [UInt8]) -> String? {
    if let magic = magics.first(where: { bytes.dropFirst($0.offset).starts(with: $0.bytes) }) {
      return magic.name
    }
    if bytes.dropFirst(4).starts(with: "ftyp".utf8) {
      let brand = String(decoding: bytes.dropFirst(8).prefix(4), as: UTF8.self)
      return brands.first { brand.hasPrefix($0.brand) }?.name ?? "a video or another ISO media file"
    }
    if bytes.allSatisfy({ $0 == 0 }) { return "nothing but zeros" }
    return textName(of: bytes)
  }

  /// The kinds of text, behind a byte order mark and blank lines.
  private static func textName(of bytes: [UInt8]) -> String? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let blanks: Set<UInt8> = [0x09, 0x0A, 0x0C, 0x0D, 0x20]
    let text = String(
      decoding: bytes.dropFirst(start).drop { blanks.contains($0) }.prefix(40), as: UTF8.self
    ).lowercased()
    return texts.first { text.hasPrefix($0.start) }?.name
  }

  private static let texts: [(start: String, name: String)] = [
    ("<!doctype", "an HTML page"), ("<html", "an HTML page"), ("<head", "an HTML page"),
    ("<body", "an HTML page"), ("<svg", "an SVG drawing"), ("<?xml", "an XML text"), ("<", "an XML text"),
    ("{", "a JSON text"), ("version https://git-lfs", "a Git LFS pointer"),
  ]

  /// The kinds of ISO media files by the start of their major brand.
  private static let brands: [(brand: String, name: String)] = [
    ("avi", "an AVIF"), ("hei", "a HEIC"), ("hev", "a HEIC"), ("mif1", "a HEIF"),
    ("msf1", "a HEIF"), ("crx", "a CR3 raw photograph"), ("jp2", "a JPEG 2000"),
  ]

  private struct Magic {
    let name: String
    let offset: Int
    let bytes: [UInt8]

    init(_ name: String, _ text: String, at offset: Int = 0) {
      self.init(name, Array(text.utf8), at: offset)
    }

    init(_ name: String, _ bytes: [UInt8], at offset: Int = 0) {
      self.name = name
      self.offset = offset
      self.bytes = bytes
    }
  }

  private static let magics = [
    Magic("a GIF", "GIF8"), Magic("a BMP", "BM"), Magic("a TIFF", "II*\0"), Magic("a TIFF", "MM\0*"),
    Magic("a BigTIFF", "II+\0"), Magic("a BigTIFF", "MM\0+"), Magic("a WebP", "WEBP", at: 8),
    Magic("a JPEG 2000", "jP  ", at: 4), Magic("a JPEG 2000", [0xFF, 0x4F, 0xFF, 0x51]),
    Magic("a JPEG XL", "JXL ", at: 4), Magic("a JPEG XL", [0xFF, 0x0A]),
    Magic("a JPEG-LS", [0xFF, 0xD8, 0xFF, 0xF7]), Magic("an MNG", [0x8A, 0x4D, 0x4E, 0x47]),
    Magic("a Photoshop file", "8BPS"), Magic("a PDF", "%PDF"), Magic("an icon", [0, 0, 1, 0]),
    Magic("a PBM", "P1"), Magic("a PGM", "P2"), Magic("a PPM", "P3"), Magic("a PBM", "P4"),
    Magic("a PGM", "P5"), Magic("a PPM", "P6"), Magic("a RAF raw photograph", "FUJIFILM"),
    Magic("an OpenEXR", [0x76, 0x2F, 0x31, 0x01]), Magic("a Radiance HDR", "#?RADIANCE"),
    Magic("an AppleDouble file, which holds no picture", [0, 5, 0x16, 7]),
    Magic("a ZIP archive", [0x50, 0x4B, 3, 4]), Magic("a gzip archive", [0x1F, 0x8B]),
    Magic("a NumPy array", [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]),
    Magic("an HDF5 or MATLAB file", [0x89, 0x48, 0x44, 0x46]),
  ]
}
