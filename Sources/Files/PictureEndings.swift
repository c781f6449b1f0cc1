/// The endings of the names of pictures.
public enum PictureEndings {
  /// Those of formats that are not read, in lower case.
  public static let unread: Set<String> = [
    "arw", "avif", "bmp", "cr2", "cr3", "dng", "gif", "heic", "heif", "ico", "jp2", "jxl", "nef", "orf",
    "pbm", "pgm", "pnm", "ppm", "psd", "raf", "raw", "rw2", "svg", "tga", "tif", "tiff", "webp",
  ]

  /// What stands before and behind the last dot of a file name, the latter in lower case.
  ///
  /// A dot in front begins no ending.
  public static func split(_ name: String) -> (stem: String, ending: String) {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return (name, "") }
    return (String(name[..<dot]), name[name.index(after: dot)...].lowercased())
  }
}
