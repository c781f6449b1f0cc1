import Autograd
import Datasets
import Files
import Foundation
import Metrics

/// A data set in a folder, of which the input is one file.
private struct DataFolder {
  let root: String
  let images = ["a.jpg", "b b.png", "2007_000032.jpg"]

  init(_ root: String, images folder: String, classes: [String]) throws {
    self.root = root
    try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
    for name in images { try InputFile.write("", to: name, in: "\(root)/\(folder)") }
    try InputFile.write(classes.map { $0 + "\n" }.joined(), to: "names.txt", in: root)
  }

  /// What a data set says about its images.
  static func reading(_ dataset: any Dataset) throws -> Reading {
    let names = dataset.classNames
    guard !names.isEmpty else { throw Disagreement("there is no class") }
    var lines = [names.joined(separator: "\t")]
    for split in Split.allCases {
      for id in try dataset.identifiers(of: split) {
        guard let labels = try? dataset.labels(of: id) else { continue }
        guard labels == Set(labels).sorted(), labels.allSatisfy(names.indices.contains) else {
          throw Disagreement("\(id) shows the classes \(labels) of \(names.count)")
        }
        lines.append("\(id)\t\(labels)")
      }
    }
    return { Array((lines.joined(separator: "\n") + "\n").utf8) }
  }
}

/// Tables of labels in text files, with and without a class list.
struct LabelTableReader: FuzzedReader {
  static let name = "label-table"
  static let share = 3
  let corpus = [
    "a.jpg cat dog\n2007_000032.jpg\nb.png dog\n", "a.jpg,cat;dog\nb b.png,dog\n2007_000032,\n",
    "id,cat,dog\na,1,0\nb b,0,1\n2007_000032,1,1\n", "image;label\na.jpg;cat\nb b.png;dog\n",
    "\u{FEFF}filename,labels\r\n\"a.jpg\",\"cat dog\"\r\n\"b b.png\",\"dog\"\r\n",
    "name\tcat\tdog\na\t1.0\t0.0\nb b\tFalse\tTrue\n", "a 1 -1\nb 0 1\n",
    "# labels\na.jpg cat\n\na.png dog\n",
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all(
    [
      ",", ";", "|", " ", "\t", "\n", "\"", "'", "id,", "image", "cat", "dog", "Cat", "background", "1", "0",
      "-1",
      "1.0", "True", "nan", "__ignore__", "void", "a.jpg", "b b.png", "a", ".jpg", "\"\"", "labels",
    ])
  private let folder: DataFolder
  private let file: InputFile

  init(folder root: String) throws {
    folder = try DataFolder(root, images: "images", classes: ["cat", "dog"])
    file = InputFile("labels.csv", in: root)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    var options = Folder()
    options.root = folder.root
    do {
      options.classes = "names.txt"
      return try DataFolder.reading(options.open())
    } catch let error as DatasetError {
      _ = "\(error)"
      options.classes = "auto"
      return try DataFolder.reading(options.open())
    }
  }
}

/// Tables of one-hot labels that NumPy has written.
struct OneHotReader: FuzzedReader {
  static let name = "one-hot"
  static let share = 3
  let corpus = Embedded.oneHotTables
  let mutations = PickleMutations.all
  private let folder: DataFolder
  private let file: InputFile

  init(folder root: String) throws {
    folder = try DataFolder(root, images: "images", classes: ["x", "y", "z"])
    file = InputFile("labels.npy", in: root)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    var options = Folder()
    (options.root, options.labels, options.classes) = (folder.root, "labels.npy", "names.txt")
    return try DataFolder.reading(options.open())
  }
}

/// Annotations of PASCAL VOC.
struct AnnotationReader: FuzzedReader {
  static let name = "voc-xml"
  let corpus = [
    "<annotation><object><name>cat</name></object></annotation>",
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE annotation>
    <annotation verified="yes">
      <filename>a.jpg</filename>
      <!-- seen <name>dog</name> -->
      <object>
        <name>cat</name><pose/><part><name>head</name></part>
        <bndbox><xmin>1</xmin></bndbox>
      </object>
      <object><name><![CDATA[dog]]></name></object>
      <object><name> c&amp;d &#x41; </name></object>
    </annotation>
    """,
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all(
    [
      "<", ">", "/>", "</", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&#x110000;", "&#0;", "&x;",
      "<object>",
      "</object>", "<name>", "</name>", "<a b='", "<!DOCTYPE a [<!ENTITY x \"&x;&x;\">]>", "<?", "?>", "cat",
    ])
  private let folder: DataFolder
  private let file: InputFile

  init(folder root: String) throws {
    folder = try DataFolder(root, images: "JPEGImages", classes: ["cat", "dog", "c&d A"])
    let lists = "\(root)/ImageSets/Segmentation"
    for folder in [lists, "\(root)/Annotations"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    try InputFile.write("a\n", to: "all.txt", in: lists)
    file = InputFile("Annotations/a.xml", in: root)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    var options = VOC()
    (options.root, options.masks, options.labels, options.classes) = (folder.root, "none", "xml", "names.txt")
    (options.train, options.seeds, options.val) = ("all", "all", "all")
    return try DataFolder.reading(options.open())
  }
}

/// Class lists.
struct ClassListReader: FuzzedReader {
  static let name = "class-list"
  let corpus = [
    "cat\ndog\n", "background\ncat\ndog", "0 background\n1 cat\n2 dog\n255 void\n", "\u{FEFF}cat\r\ndog\r\n",
    "# classes\n\n__ignore__\n_background_\ncat\n",
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all(
    [
      "\n", "cat", "dog\n", "background", "_background_", "__ignore__", "void", "255 void\n", "0 ", "1 ", "#",
      ":", "nan",
    ])
  private let file: InputFile

  init(folder: String) {
    file = InputFile("classes.txt", in: folder)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    let list = try ClassList(parsing: file.path)
    let names = list.names
    guard Set(names).count == names.count, (1...255).contains(names.count), !names.contains("") else {
      throw Disagreement("the classes are \(names)")
    }
    return { Array((names.joined(separator: "\n") + "\n").utf8) }
  }
}

/// Lists of images.
struct IdListReader: FuzzedReader {
  static let name = "id-list"
  let corpus = [
    "a\nb\n", "a.jpg\n/JPEGImages/b.jpg /SegmentationClass/b.png\n",
    "\u{FEFF}# list\r\n\r\na.PNG\r\nIMG 2024 (1).jpg\r\n",
    "2007_000032\n2007_000033 1\n",
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all([
    "\n", " ", "a", ".jpg", ".", "/", "../", "#", "\"", "//a.png", ".jpg.jpg", " -1",
  ])
  private let file: InputFile

  init(folder: String) {
    file = InputFile("list.txt", in: folder)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    let ids = try TextList.ids(of: file.path)
    guard Set(ids).count == ids.count else { throw Disagreement("a name stands twice") }
    return { Array(ids.joined(separator: "\n").utf8) }
  }
}
