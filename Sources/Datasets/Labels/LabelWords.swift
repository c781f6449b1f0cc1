import Files
import Foundation

/// The words that a column or a cell of a label table is known by.
enum LabelWords {
  /// Whether a cell of a one-hot column says that the class is there; `nil` if it says neither.
  ///
  /// Only 1 (or true, yes, x) stands for a class: −1 is "absent" in VOC's lists and "uncertain" in others,
  /// and 0 is "difficult" in VOC's.
  static func flag(_ cell: String) -> Bool? {
    switch cell.lowercased() {
    case "1", "1.0", "true", "yes", "y", "t", "x", "+1": true
    case "0", "0.0", "-1", "-1.0", "false", "no", "n", "f", "", "nan", "none", "null", "na", "-": false
    default: nil
    }
  }

  /// Whether a cell is 1 or 0, true or false, and not just empty.
  static func isPlainFlag(_ cell: String) -> Bool {
    ["1", "0", "-1", "1.0", "0.0", "-1.0", "true", "false", "yes", "no"].contains(cell.lowercased())
  }

  /// How sure it is that a word is the title of a column of images.
  enum ImageTitle {
    /// It is nothing but such a title.
    case certain
    /// It holds the word for an image, as `Chest Image` does and as the name of an image may.
    case likely
    case no
  }

  /// Whether a column called so names images.
  static func namesImages(_ title: String) -> ImageTitle {
    let word = letters(title)
    let things = ["image", "images", "img", "file", "photo", "picture", ""]
    let parts = ["", "id", "ids", "name", "names", "path", "paths", "file", "filename", "key"]
    let isCertain =
      title.isEmpty
      || [
        "id", "ids", "name", "names", "key", "sample", "uuid", "index", "unnamed", "files", "photos",
        "pictures",
      ]
      .contains(word) || !word.isEmpty && things.contains { thing in parts.contains { thing + $0 == word } }
    if isCertain, !title.contains(where: \.isNumber) || word == "unnamed" { return .certain }
    let holdsThing = ["image", "file", "path", "photo", "picture"].contains { word.contains($0) }
    // `image_00` is the name of an image.
    return holdsThing && !title.contains(where: \.isNumber) ? .likely : .no
  }

  /// Whether a column called so holds the names of classes.
  static func namesLabels(_ title: String) -> Bool {
    [
      "label", "labels", "labelname", "labelnames", "class", "classes", "classname", "classnames", "category",
      "categories", "target", "targets", "tag", "tags", "annotation", "annotations", "findinglabels", "y",
    ].contains(letters(title))
  }

  /// Whether a column called so says something else of an image.
  static func namesOther(_ title: String) -> Bool {
    title.isEmpty
      || [
        "unnamed", "index", "width", "height", "depth", "area", "xmin", "ymin", "xmax", "ymax", "bbox", "x",
        "w",
        "h", "split", "subset", "set", "fold", "phase", "partition", "usage", "source", "confidence", "score",
        "url", "license", "author", "date", "time", "comment", "comments", "isoccluded", "istruncated",
        "isgroupof",
        "isdepiction", "isinside", "difficult", "imagewidth", "imageheight", "md", "sha", "size", "labelid",
        "classid", "categoryid", "imageid",
      ].contains(letters(title))
  }

  /// Whether a column that is called as one that says something else is a class all the same if all its cells
  /// are 1 and 0: no date and no width is, while the number of a fold and `difficult` are.
  static func mayNameClass(_ title: String) -> Bool {
    ![
      "", "unnamed", "index", "split", "subset", "fold", "phase", "partition", "usage", "confidence",
      "isoccluded",
      "istruncated", "isgroupof", "isdepiction", "isinside", "difficult", "labelid", "classid", "categoryid",
      "imageid",
    ].contains(letters(title))
  }

  /// Whether a column called so holds a side of a box around an object.
  static func namesBox(_ title: String) -> Bool {
    ["xmin", "ymin", "xmax", "ymax", "bbox", "x", "w", "h", "left", "top", "boxx", "boxy"].contains(
      letters(title))
  }

  /// Whether a name in a label cell says that the image shows no class.
  static func isNone(_ name: String) -> Bool {
    let word = name.lowercased()
    return ClassNames.backgroundNames.contains(word)
      || ["none", "nan", "null", "na", "n/a", "nothing", "negative", "no_class", "no class", "-"].contains(
        word)
  }

  /// The names in a cell: `a;b`, `a|b`, `a, b`, or `['a', 'b']` as Python writes a list.
  static func names(in cell: String) -> [String] {
    var text = Substring(cell)
    if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
    return text.split { $0 == ";" || $0 == "|" || $0 == "," }.map {
      let word = $0.trimmingCharacters(in: .whitespaces)
      guard word.count > 1, let quote = word.first, quote == "'" || quote == "\"", word.last == quote else {
        return word
      }
      return String(word.dropFirst().dropLast())
    }.filter { !$0.isEmpty }
  }

  /// Why a name that no class list holds cannot be that of a class; `nil` if it can.
  static func problem(of name: String) -> String? {
    let word = name.lowercased()
    if ClassNames.ignoreNames.contains(word) {
      return "what masks leave out and no class; remove it, or name it in a class list (classes.txt)"
    }
    if isNumber(name) {
      return
        "a number and no name of a class; list the names of the classes in the order of their ids in "
        + "classes.txt"
    }
    if ["true", "false", "yes", "no", "t", "f", "y", "n"].contains(word) {
      return
        "a truth value and no name of a class; name the columns in the first line, or the classes in "
        + "classes.txt"
    }
    if name.contains(where: { "{}[]<>\"".contains($0) }) || word.hasPrefix("__label__") {
      return "no name of a class; write one line per image: id class class …"
    }
    return nil
  }

  /// Whether a name is a number, in the digits of whatever script.
  private static func isNumber(_ name: String) -> Bool {
    if Double(name) != nil { return true }
    let scalars = name.unicodeScalars
    return scalars.contains { $0.properties.generalCategory == .decimalNumber }
      && scalars.allSatisfy {
        $0.properties.generalCategory == .decimalNumber || "+-−.,٫٬ ".unicodeScalars.contains($0)
      }
  }

  /// Why a name in a cell of a table cannot be that of a class, beside what no class can be called.
  static func problem(ofCell name: String) -> String? {
    if TextList.hasPictureEnding(name) {
      return
        "the name of a file and no class; write the name of each image once and only classes behind it, or "
        + "title the column of the classes \"label\""
    }
    if ["on", "off"].contains(name.lowercased()) { return problem(of: "yes") }
    return problem(of: name)
  }

  private static func letters(_ title: String) -> String { title.lowercased().filter(\.isLetter) }
}
