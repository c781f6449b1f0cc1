extension String {
  /// The text as it may be shown in a terminal or in a log: one line, without hidden effects.
  ///
  /// Control characters (C0, DEL, C1), line and paragraph separators, marks that turn the direction of text
  /// and characters that show nothing are written as escapes such as `\n` or `\u{1b}`; all else stays.
  public var printable: String {
    guard unicodeScalars.contains(where: \.isHidden) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isHidden: result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Whether the scalar moves the cursor, turns text around or cannot be seen.
  ///
  /// Joiners (U+200C, U+200D) and variation selectors are part of scripts and emoji, and stay.
  package var isHidden: Bool {
    switch value {
    case ..<0x20, 0x7f...0x9f: true  // C0, DEL, C1
    case 0xad, 0x115f, 0x1160, 0x180e, 0x200b, 0x2060...0x2064, 0x3164, 0xfeff, 0xffa0: true  // blank
    case 0x61c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x206f: true  // direction
    case 0x2028, 0x2029: true  // separators
    case 0xfff9...0xfffb, 0xe0000...0xe007f: true  // annotations, tags
    default: false
    }
  }
}
