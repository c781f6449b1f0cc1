import Configuration
import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

private func withFolder(labels: String, _ body: (String, Folder) throws -> Void) throws {
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
        "\(root)/labels.csv: names no class; write one class name per line, without the background"
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
