import Datasets
import Foundation
import TestSupport
import Testing

/// A table of labels for pictures of `withFolder`, the classes in it, and those of p0 and p1.
struct ReadTable: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let text: String
  let classes: [String]
  let labels: [[Int]]
  let note: String

  init(_ name: String, _ text: String, _ classes: [String], _ labels: [[Int]], _ note: String) {
    (testDescription, self.text, self.classes, self.labels, self.note) = (name, text, classes, labels, note)
  }
}

@Suite struct LabelTableTests {
  static let tables = [
    ReadTable(
      "a column for the background", "image,background,disk,bar,None\np0,1,0,1,0\np1,1,1,0,1\n",
      ["bar", "disk"],
      [[0], [1]],
      "read as one-hot columns (2 classes; only 1 counts); stands for no class: \"background\", \"None\""),
    ReadTable(
      "a class called as other data", "image,date,fig,width\np0,1,0,4\np1,0,1,5\n", ["date", "fig"],
      [[0], [1]],
      """
      read as one-hot columns (2 classes; only 1 counts); columns of other things are left out: "width"; as \
      1 and 0 stand in them, classes too: "date"
      """),
    ReadTable(
      "other data of 1 and 0", "image,fig,comment,difficult,size\np0,1,,1,0\np1,0,,0,0\n", ["fig"],
      [[0], []],
      """
      read as one-hot columns (1 classes; only 1 counts); columns of other things are left out: "comment", \
      "difficult", "size"
      """),
    ReadTable(
      "a spreadsheet's separator", "sep=;\nimage;label\np0;disk\np1;bar\n", ["bar", "disk"], [[1], [0]],
      "read as lists of class names"),
    ReadTable(
      "a header that stands twice", "image,label\np0,disk\nimage,label\np1,bar\n", ["bar", "disk"],
      [[1], [0]],
      "read as lists of class names"),
    ReadTable(
      "boxes",
      "filename,width,height,class,xmin,ymin\np0,9,9,cat,1,1\np0,9,9,cat,5,5\np0,9,9,dog,2,2\n"
        + "p1,9,9,dog,1,1\n",
      ["cat", "dog"], [[0, 1], [1]],
      "read as one row per label (columns: class); rows of one image and class are joined"),
    ReadTable(
      "boxes of x and y", "image,x,y,w,h,class\np0,1,1,2,2,cat\np0,3,3,2,2,cat\np1,1,1,2,2,dog\n",
      ["cat", "dog"],
      [[0], [1]], "read as one row per label (columns: class); rows of one image and class are joined"),
  ]

  @Test(arguments: tables) func theTableIsUnderstood(table: ReadTable) throws {
    try withFolder(labels: table.text) { (root, options) throws in
      let data = try options.open()
      #expect(data.classNames == table.classes)
      #expect(try [data.labels(of: "p0"), data.labels(of: "p1")] == table.labels)
      #expect(data.notes == ["\(root)/labels.csv: \(table.note)"])
    }
  }

  @Test(arguments: [
    (
      "image,background\np0,1\np1,1\n",
      """
      1: "image,background" names no class, and no other line does; write one line per image, its name \
      first: id class class …
      """
    ),
    (
      "p0.jpg|disk\np1.jpg|bar\n",
      """
      1: "p0.jpg|disk" names no class, and no other line does; write one line per image, its name first: id \
      class class …
      """
    ),
    (
      "disk p0.jpg\nbar p1.jpg\n",
      """
      1: "disk p0.jpg" names no class, and no other line does; write one line per image, its name first: id \
      class class …
      """
    ),
    (
      "p0.jpg p0.png disk\np1.jpg p1.png bar\n",
      """
      1: "p0.png" is the name of a file and no class; write the name of each image once and only classes \
      behind it, or title the column of the classes "label"
      """
    ),
    (
      "p0,\u{661}\np1,\u{662}\n",
      """
      1: "\u{661}" is a number and no name of a class; list the names of the classes in the order of their \
      ids in classes.txt
      """
    ),
    (
      "p0,on\np1,Off\n",
      """
      1: "on" is a truth value and no name of a class; name the columns in the first line, or the classes in \
      classes.txt
      """
    ),
  ]) func whatIsNoClassIsRefused(_ labels: String, _ message: String) throws {
    try withFolder(labels: labels) { (root, options) throws in
      try expectMessage("\(root)/labels.csv:\(message)") { _ = try options.open() }
    }
  }

  @Test func rowsWithoutAPictureThatMakeClassesAreNamed() throws {
    try withFolder(labels: "p0,disk\nother.jpg,apple\np1,bar\n") { (root, options) throws in
      let data = try options.open()
      #expect(data.classNames == ["apple", "bar", "disk"])
      #expect(
        data.warnings.first
          == """
          \(root)/labels.csv: only rows without a picture name "apple", as "other" does; they count as \
          classes: remove such rows, or add the pictures
          """)
      try write("apple\nbar\ndisk\n", to: root + "/classes.txt")
      #expect(try options.open().warnings.first?.contains("1 of 3 rows name no picture") == true)
    }
  }

  @Test(arguments: ["image_00 disk\np0 disk\np1 bar\n", "photo-x,square\np0,square\np1,disk\n"])
  func aRowWhosePictureIsMissingIsNoHeader(labels: String) throws {
    try withFolder(labels: labels) { (root, options) throws in
      #expect(try options.open().warnings.first?.contains("1 of 3 rows name no picture") == true)
    }
  }

  @Test func aFirstLineThatMayBeARowIsNamed() throws {
    try withFolder(labels: "photo-x,square\np0,bar\np1,disk\n") { (root, options) throws in
      let data = try options.open()
      #expect(data.classNames == ["bar", "disk"])
      #expect(
        data.notes.last
          == "\(root)/labels.csv: the first line is taken for titles of columns (\"photo-x\", \"square\")")
    }
  }

  @Test func classesThatAListWouldLoseAreRefused() throws {
    try withFolder(labels: "p0,#disk\np1,bar\n") { (root, options) throws in
      try expectMessage(
        """
        \(root)/labels.csv: the class "#disk" cannot stand in a class list, which would take it for a \
        comment, a title or several lines; rename it
        """
      ) { _ = try options.open() }
      try write("p0,disk\np1,bar\n", to: root + "/labels.csv")
      try write("# mine\nbar\ndisk\n#fig\n", to: root + "/classes.txt")
      #expect(
        try options.open().notes.last
          == "\(root)/classes.txt: lines that begin with # are comments and no classes (\"#fig\")")
    }
  }

  @Test func aLabelFileThatIsNoFileIsNamed() throws {
    try withFolder(labels: "p0 cat\n") { (root, options) throws in
      try write("cat\ndog\n", to: root + "/classes.txt")
      var options = options
      options.labels = "pipe"
      #expect(mkfifo(root + "/pipe", 0o600) == 0)
      try expectMessage(
        "\(root)/pipe: cannot be read (it is no regular file); check the path and its permissions"
      ) { _ = try options.open() }
    }
  }
}
