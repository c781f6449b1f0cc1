import Configuration
import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

/// Calls `body` with the folder and the options of a data set of ten pictures p0 to p9 and these labels.
func withFolder(labels: String, _ body: (String, Folder) throws -> Void) throws {
  try withTemporaryFolder { (root) throws in
    try FileManager.default.createDirectory(atPath: root + "/images", withIntermediateDirectories: true)
    for number in 0..<10 {
      let image = Image(width: 4, height: 4, color: Color(UInt8(number), 0, 0))
      try image.writePNG(to: root + "/images/p\(number).png")
    }
    try write(labels, to: root + "/labels.csv")
    var options = Folder()
    options.root = root
    try body(root, options)
  }
}

@Suite struct FolderTests {
  static let plain = (0..<10).map { "p\($0) \($0 % 2 == 0 ? "tabby" : "poodle")\n" }.joined()

  @Test func classesAreDiscoveredAndSomeImagesHeldOut() throws {
    try withFolder(labels: Self.plain) { (_, options) throws in
      let data = try options.open()
      #expect(data.classNames == ["poodle", "tabby"])
      let train = try data.identifiers(of: .train)
      let val = try data.identifiers(of: .val)
      #expect(train.count == 8 && val.count == 2)
      #expect(Set(train).isDisjoint(with: val))
      #expect(try data.identifiers(of: .seeds) == train)
      #expect(try options.open().identifiers(of: .val) == val, "the split is drawn from the seed alone")
      #expect(try data.labels(of: "p3") == [0])
      #expect(try data.sample("p3", wantsMask: true).mask == nil)
    }
  }

  @Test(arguments: [
    "p0.png,poodle;tabby\np1.png,\np2.png,\"tabby\"\n",
    "# comment\nfilename,labels\nimages/p0.png,tabby|poodle\np1,\np2,tabby\n",
    "image,poodle,tabby\np0,1,1\np1,0,0\np2.png,0,1\n",
    "id labels\r\np0 poodle tabby\r\np1\r\np2 tabby\r\n",
    "ImageID,poodle,tabby\np0,True,1.0\np1,False,nan\np2.png,-1,1\n",
    ",Image Name,tabby,poodle\n0,p0,1.0,1.0\n1,p1,0.0,0.0\n2,p2,1.0,-1\n",
    "poodle;tabby;file\n1;1;p0.png\n0;0;p1.png\n0;1;p2.png\n",
    "filename\twidth\tpoodle\ttabby\np0.png\t4\t1\t1\np1.png\t4\t0\t0\np2.png\t4\t0\t1\n",
    "image,labels\np0,poodle,tabby\np1,background\np2,tabby\n",
    "image;labels\np0.png;poodle,tabby\np1.png;\np2.png;tabby\n",
    "Id,Tags\np0,tabby poodle\np1,none\np2,tabby\np3,poodle\n",
    "ImageID,Source,LabelName,Confidence\np0,x,poodle,1\np0,x,tabby,1\np1,x,tabby,0\n"
      + "p2,x,tabby,1\np1,x,nan,1\n",
    "p0,poodle\np0,tabby\np2,tabby\np1,\n",
    "label,path\n\"poodle, tabby\",C:\\x\\p0.PNG\nNone,/y/p1.jpg\ntabby,p2.png\n",
    "image,labels\np0,\"['poodle', 'tabby']\"\np1,[]\np2,['tabby']\n",
  ]) func textAndTablesAreUnderstood(labels: String) throws {
    try withFolder(labels: labels) { (_, options) throws in
      let data = try options.open()
      #expect(data.classNames == ["poodle", "tabby"])
      #expect(try data.labels(of: "p0") == [0, 1])
      #expect(try data.labels(of: "p1") == [])
      #expect(try data.labels(of: "p2") == [1])
    }
  }

  @Test func namesWithSpacesNeedACommaOnly() throws {
    try withFolder(labels: "p0,polar bear;snow fox\np1,polar bear\n") { (_, options) throws in
      #expect(try options.open().classNames == ["polar bear", "snow fox"])
    }
  }

  @Test(arguments: [
    (
      "p0 1 0\np1 0 1\n",
      "1: cannot understand \"p0 1 0\"; expected names of classes, or a class list (classes.txt) of as "
        + "many names as "
        + "there are columns of 0 and 1"
    ),
    (
      "image,label\np0,3\np1,4\n",
      "2: \"3\" is a number and no name of a class; list the names of the classes in the order of their "
        + "ids in "
        + "classes.txt"
    ),
    (
      "image,label\np0,True\np1,False\n",
      "2: \"True\" is a truth value and no name of a class; name the columns in the first line, or the "
        + "classes in "
        + "classes.txt"
    ),
    (
      "p0,cat\np1,Cat\n",
      "2: the classes \"Cat\" and \"cat\" differ in case, blanks or signs only; write both alike"
    ),
    (
      "p0,cat\np1,void\n",
      "2: \"void\" is what masks leave out and no class; remove it, or name it in a class list (classes.txt)"
    ),
    (
      "p0,brown bear\np1,polar bear\n",
      "2: \"polar bear\" is one class or several? Write ; between names, or list the classes in classes.txt"
    ),
    (
      "image,cat,dog\np0,0.9,0.1\np1,0,1\n",
      "2: cannot understand \"p0,0.9,0.1\"; expected 1 or 0 in the column \"cat\""
    ),
    ("image,cat,cat\np0,1,0\n", "1: the class \"cat\" is named twice; remove one of the two"),
    (
      "{\"p0\": [\"cat\"]}\n",
      "1: cannot understand \"{\"p0\": [\"cat\"]}\"; expected lines of an image name and its classes, no "
        + "JSON or XML"
    ),
    (
      "p0 __label__cat\n",
      "1: \"__label__cat\" is no name of a class; write one line per image: id class class …"
    ),
  ]) func whatCouldMeanTwoThingsIsRefused(_ labels: String, _ message: String) throws {
    try withFolder(labels: labels) { (root, options) throws in
      try expectMessage("\(root)/labels.csv:\(message)") { _ = try options.open() }
    }
  }

  @Test func whatDoesNotMatchIsCountedAndNamed() throws {
    try withFolder(labels: "p0 cat\np1 dog\np77 cat\np78 dog\n") { (root, options) throws in
      try write("x", to: root + "/images/p9.webp")
      try FileManager.default.createDirectory(
        atPath: root + "/images/album.jpg", withIntermediateDirectories: false)
      let data = try options.open()
      #expect(data.notes == ["\(root)/labels.csv: read as lists of class names"])
      #expect(
        data.warnings == [
          """
          \(root)/images: 1 of other kinds are not read: .webp files ("p9.webp"); convert or rename them to \
          use them
          """,
          """
          \(root)/images: 1 of other kinds are not read: folders with the name of a picture ("album.jpg"); \
          convert or rename them to use them
          """,
          "\(root)/labels.csv: 2 of 4 rows name no picture (\"p77\", \"p78\") and are left out",
          """
          \(root)/images: 8 of 10 pictures have no row in \(root)/labels.csv ("p2", "p3", "p4" and 5 more) \
          and are left out
          """,
        ])
      try write("00 cat\n01 dog\n", to: root + "/labels.csv")
      try expectMessage(
        """
        \(root)/labels.csv: none of its 2 rows names a picture: the first is "00", pictures are called like \
        "p0"; \
        write the names of the pictures into the first column
        """
      ) { _ = try options.open() }
    }
  }

  @Test func classFoldersAreRead() throws {
    try withTemporaryFolder { (root) throws in
      for (folder, shade) in [("cat", UInt8(1)), ("dog", 2), ("background", 3)] {
        try FileManager.default.createDirectory(
          atPath: root + "/images/" + folder, withIntermediateDirectories: true)
        try Image(width: 2, height: 2, color: Color(shade, 0, 0)).writePNG(
          to: root + "/images/\(folder)/0.png")
        try Image(width: 2, height: 2, color: Color(9, 9, 9)).writePNG(
          to: root + "/images/\(folder)/\(shade).png")
      }
      var options = Folder()
      options.root = root
      let data = try options.open()
      #expect(data.classNames == ["cat", "dog"])
      #expect(try data.labels(of: "cat-0") == [0] && data.labels(of: "dog-2") == [1])
      #expect(try data.labels(of: "background-3") == [])
      #expect(
        data.notes == [
          """
          \(root)/images: read as a folder for each class ("background", "cat", "dog"); names begin with \
          the class, \
          as in "background-0"
          """
        ])
      for folder in ["cat", "dog", "background"] {
        try FileManager.default.removeItem(atPath: root + "/images/\(folder)/0.png")
      }
      try FileManager.default.copyItem(atPath: root + "/images/cat/1.png", toPath: root + "/images/dog/1.png")
      let shared = try options.open()
      #expect(try shared.labels(of: "1") == [0, 1] && shared.labels(of: "3") == [])
    }
  }

  @Test func onePictureIsTooFew() throws {
    try withFolder(labels: "p0 cat\n") { (root, options) throws in
      try expectMessage(
        """
        \(root)/images: only one picture has labels ("p0"); at least two are needed, one of them to be held \
        out
        """
      ) { _ = try options.open() }
    }
  }

  @Test func listsAndMasksAreUsed() throws {
    try withFolder(labels: Self.plain) { (root, options) throws in
      try write("p1.png\np2\n", to: root + "/train.txt")
      try write("p9\n", to: root + "/held.txt")
      try FileManager.default.createDirectory(atPath: root + "/masks", withIntermediateDirectories: true)
      try LabelMap(width: 4, height: 4, ids: [UInt8](repeating: 1, count: 16)).writePNG(
        to: root + "/masks/p9.png")
      var options = options
      (options.train, options.val) = ("train.txt", "held.txt")
      let data = try options.open()
      #expect(try data.identifiers(of: .train) == ["p1", "p2"])
      #expect(try data.identifiers(of: .val) == ["p9"])
      #expect(try data.mask(of: "p9")?.ids.first == 1)
      options.train = "auto"
      #expect(try options.open().identifiers(of: .train).count == 9)
      options.val = "missing.txt"
      try expectMessage(
        "\(root)/missing.txt: there is no such list; set val to a list file"
      ) { _ = try options.open() }
    }
  }

  @Test func aShareOfHeldOutImagesLiesBetweenZeroAndOne() throws {
    var options = Folder()
    options.valFraction = 1
    let error = #expect(throws: ConfigurationError.self) { try options.check() }
    #expect(error?.description == "val_fraction: is 1.0; it lies between 0 and 1")
    options.val = "val.txt"
    try options.check()
  }

  @Test func wrongLinesAreNamed() throws {
    try withFolder(labels: "p0 a\np1 b\np0 b\n") { (root, options) throws in
      try expectMessage(
        "\(root)/labels.csv:3: \"p0\" stands in line 1 already; remove one of the two"
      ) { _ = try options.open() }
      try write(",a\n", to: root + "/labels.csv")
      try expectMessage(
        "\(root)/labels.csv:1: cannot understand \",a\"; expected an image name and its classes"
      ) { _ = try options.open() }
      try write("id,a,b\np0,1,0\np1,1\n", to: root + "/labels.csv")
      try expectMessage(
        """
        \(root)/labels.csv:3: cannot understand "p1,1"; expected 2 values of 0 or 1, one for each column of \
        the first line
        """
      ) { _ = try options.open() }
      try write("p0\np1\n", to: root + "/labels.csv")
      try expectMessage(
        """
        \(root)/labels.csv:1: "p0" names no class, and no other line does; write one line per image, its \
        name first: id class class …
        """
      ) { _ = try options.open() }
    }
  }

  @Test func missingAndAmbiguousFilesAreNamed() throws {
    try withFolder(labels: Self.plain) { (root, options) throws in
      var options = options
      options.labels = "tags.txt"
      try expectMessage(
        "\(root)/tags.txt: there is no such label file; write one line per image: id class class …"
      ) { _ = try options.open() }
      options.labels = "masks"
      try expectMessage(
        """
        \(root)/classes.txt: there is no such class list; write one class name per line, \
        without the background
        """
      ) { _ = try options.open() }
      options.labels = "labels.csv"
      try write("x", to: root + "/images/p3.jpg")
      try expectMessage(
        """
        \(root)/images/p3.png: \(root)/images/p3.jpg has the same name "p3"; rename or remove one of the two
        """
      ) { _ = try options.open() }
      options.images = "pictures"
      try expectMessage(
        "\(root)/pictures: there is no such folder of images; set images to where it is"
      ) { _ = try options.open() }
    }
  }
}
