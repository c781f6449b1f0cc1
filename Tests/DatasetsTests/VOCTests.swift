import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

/// A VOC folder with three images; image `b` shows a cat (id 1) and `c` a dog (id 2).
private func withVOC(_ body: (String, VOC) throws -> Void) throws {
  try withTemporaryFolder { (root) throws in
    let lists = root + "/ImageSets/Segmentation"
    try write("a\nb\n", to: lists + "/train.txt")
    try write("/JPEGImages/a.jpg /SegmentationClass/a.png\n\nb\n", to: lists + "/train_aug.txt")
    try write("c\n", to: lists + "/val.txt")
    try write("0 background\n1 cat\n2 dog\n255 void\n", to: root + "/classes.txt")
    try write("a\nb cat\nc dog cat\n", to: root + "/image_labels.txt")
    for folder in ["/JPEGImages", "/SegmentationClass"] {
      try FileManager.default.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
    }
    for (number, id) in ["a", "b", "c"].enumerated() {
      let image = Image(width: 6, height: 4, color: Color(200, 100, UInt8(number)))
      try image.writeJPEG(to: root + "/JPEGImages/\(id).jpg")
      var mask = LabelMap(width: 6, height: 4, ids: [UInt8](repeating: 0, count: 24))
      mask.ids[3] = UInt8(number)
      mask.ids[4] = 255
      try mask.writePNG(to: root + "/SegmentationClass/\(id).png")
    }
    var options = VOC()
    options.root = root
    try body(root, options)
  }
}

@Suite struct VOCTests {
  @Test func readsListsLabelsImagesAndMasks() throws {
    try withVOC { (_, options) throws in
      let data = try options.open()
      #expect(data.classNames == ["cat", "dog"])
      #expect(try data.identifiers(of: .train) == ["a", "b"])
      #expect(try data.identifiers(of: .val) == ["c"])
      #expect(data.name(of: .train) == "train_aug" && data.name(of: .seeds) == "train")
      #expect(try data.labels(of: "a") == [] && data.labels(of: "c") == [0, 1])
      let sample = try data.sample("c", wantsMask: true)
      #expect(sample.image.width == 6 && sample.mask?.ids[3] == 2)
      #expect(try data.sample("c", wantsMask: false).mask == nil)
    }
  }

  @Test func labelsComeFromMasksOrAnnotations() throws {
    try withVOC { (root, options) throws in
      var options = options
      options.labels = "masks"
      #expect(try options.open().labels(of: "c") == [1])
      for id in ["a", "b", "c"] {
        try write(
          """
          <?xml version="1.0"?><annotation><folder>x</folder><name>dog</name>
          <object><name>\(id == "a" ? "tree" : "cat")</name><part><name>dog</name><bndbox/></part></object>
          </annotation>
          """, to: root + "/Annotations/\(id).xml")
      }
      options.labels = "xml"
      let data = try options.open()
      #expect(try data.labels(of: "a") == [] && data.labels(of: "b") == [0])
      try write("<annotation><object><name>cat</name>", to: root + "/Annotations/b.xml")
      try expectMessage(
        "\(root)/Annotations/b.xml: no VOC annotation (the file ends early); copy the file again"
      ) { _ = try options.open() }
      options.labels = "auto"
      try FileManager.default.removeItem(atPath: root + "/image_labels.txt")
      try FileManager.default.removeItem(atPath: root + "/Annotations")
      #expect(try options.open().labels(of: "c") == [1])
    }
  }

  @Test func annotationsMayHaveOtherEncodingsAndEndings() throws {
    try withVOC { (root, options) throws in
      var options = options
      options.labels = "xml"
      func text(_ encoding: String) -> String {
        """
        <?xml version="1.0" encoding="\(encoding)"?>
        <annotation><object><name>käse</name></object></annotation>
        """
      }
      try write("cat\nkäse\n", to: root + "/classes.txt")
      try write("", to: root + "/Annotations/none")
      for (id, encoding, name) in [
        ("b", String.Encoding.utf16, "UTF-16"), ("c", .isoLatin1, "ISO-8859-1"),
        ("a", .windowsCP1252, "Windows-1252"),
      ] {
        let data = try #require(text(name).data(using: encoding))
        try data.write(to: URL(fileURLWithPath: root + "/Annotations/\(id).\(id == "a" ? "XML" : "xml")"))
      }
      let data = try options.open()
      for id in ["a", "b", "c"] { #expect(try data.labels(of: id) == [1]) }
      try #require(text("UTF-8").data(using: .isoLatin1)).write(
        to: URL(fileURLWithPath: root + "/Annotations/c.xml"))
      try expectMessage(
        """
        \(root)/Annotations/c.xml: cannot be read (it is not UTF-8; save it as UTF-8); check the path and \
        its permissions
        """
      ) { _ = try options.open() }
      try FileManager.default.removeItem(atPath: root + "/Annotations/a.XML")
      try expectMessage(
        "\(root)/Annotations/a.xml: cannot be read (no such file); check the path and its permissions"
      ) { _ = try options.open() }
    }
  }

  @Test func aMissingListNamesThoseThatAreThere() throws {
    try withVOC { (root, options) throws in
      var options = options
      options.val = "test"
      try expectMessage(
        """
        \(root)/ImageSets/Segmentation/test.txt: there is no such list; set val to one of \
        train, train_aug, val
        """
      ) { _ = try options.open() }
    }
  }

  @Test func emptyAndDoubleListsAreRefused() throws {
    try withVOC { (root, options) throws in
      let list = root + "/ImageSets/Segmentation/val.txt"
      try write("\n# nothing yet\n", to: list)
      try expectMessage(
        "\(list): the split val has no image; list at least one"
      ) { _ = try options.open() }
      try write("c\na\nc\n", to: list)
      try expectMessage(
        "\(list):3: \"c\" stands in line 1 already; remove one of the two"
      ) { _ = try options.open() }
    }
  }

  @Test func missingFoldersAreNamed() throws {
    try withVOC { (root, options) throws in
      var options = options
      options.masks = "SegmentationClassAug"
      try expectMessage(
        """
        \(root)/SegmentationClassAug: there is no such folder of masks; set masks to where it is, or to none
        """
      ) { _ = try options.open() }
      options.root = root + "/nowhere"
      try expectMessage(
        """
        \(root)/nowhere: there is no such folder; set data.root to where the data set lies (it is to be had \
        at http://host.robots.ox.ac.uk/pascal/VOC/voc2012)
        """
      ) { _ = try options.open() }
    }
  }

  @Test func misspeltClassesNameTheNearestOne() throws {
    try withVOC { (root, options) throws in
      try write("a\nb catt\nc zebra\n", to: root + "/image_labels.txt")
      try expectMessage(
        "\(root)/image_labels.txt:2: unknown class \"catt\"; did you mean \"cat\"?"
      ) { _ = try options.open() }
      try write("a\nb cat\nc hippopotamus\n", to: root + "/image_labels.txt")
      try expectMessage(
        """
        \(root)/image_labels.txt:3: unknown class "hippopotamus"; add it to the class list or \
        correct the label
        """
      ) { _ = try options.open() }
    }
  }

  @Test func classListsWithGapsOrDoublesAreRefused() throws {
    try withVOC { (root, options) throws in
      try write("0 background\n1 cat\n3 dog\n", to: root + "/classes.txt")
      try expectMessage(
        "\(root)/classes.txt:3: cannot understand \"3 dog\"; expected the id 2"
      ) { _ = try options.open() }
      try write("cat\ndog\ncat\n", to: root + "/classes.txt")
      try expectMessage(
        "\(root)/classes.txt:3: the class \"cat\" is named twice; remove one of the two"
      ) { _ = try options.open() }
    }
  }

  @Test func missingEmptyAndWrongFilesAreNamed() throws {
    try withVOC { (root, options) throws in
      let data = try options.open()
      try Data().write(to: URL(fileURLWithPath: root + "/JPEGImages/a.jpg"))
      try expectMessage(
        "\(root)/JPEGImages/a.jpg: the file is empty (0 bytes); copy it again"
      ) { _ = try data.image(of: "a") }
      try FileManager.default.removeItem(atPath: root + "/JPEGImages/a.jpg")
      try expectMessage(
        """
        \(root)/JPEGImages/a.jpg: the image "a" is listed but missing; add it or take it off the list
        """
      ) { _ = try data.image(of: "a") }
      try FileManager.default.removeItem(atPath: root + "/SegmentationClass/b.png")
      try expectMessage(
        """
        \(root)/SegmentationClass/b.png: the mask of "b" is missing; add it or set masks to none
        """
      ) { _ = try data.mask(of: "b") }
      try LabelMap(width: 4, height: 4, ids: [UInt8](repeating: 1, count: 16))
        .writePNG(to: root + "/SegmentationClass/b.png")
      try expectMessage(
        "b: the mask is 4 × 4 pixels and the image 6 × 4; both must have one size"
      ) { _ = try data.sample("b", wantsMask: true) }
      try LabelMap(width: 6, height: 4, ids: [UInt8](repeating: 9, count: 24))
        .writePNG(to: root + "/SegmentationClass/b.png")
      try expectMessage(
        """
        \(root)/SegmentationClass/b.png: holds the class id 9, but there are 2 classes, so ids are 0 to 2 \
        and 255 for ignore; renumber the mask, set id_map, or complete the class list
        """
      ) { _ = try data.mask(of: "b") }
    }
  }

  static let subset =
    (ProcessInfo.processInfo.environment["SEEDLING_SHARED"] ?? "../shared") + "/data/voc12-subset"

  @Test(.enabled(if: FileManager.default.fileExists(atPath: subset)))
  func readsTheRealSubset() throws {
    var options = VOC()
    options.root = Self.subset
    let data = try options.open()
    #expect(data.classNames.count == 20 && data.classNames[14] == "person")
    let census = Census(of: data, maskLimit: 20)
    #expect(census.errors == [])
    #expect(census.splits.map(\.images) == [1149, 677, 344])
    #expect(census.splits[0].imagesPerClass[7] == 238 && census.splits[2].imagesPerClass[14] == 94)
    let sample = try data.sample("2007_000032", wantsMask: true)
    let counts = try #require(sample.mask).histogram
    #expect(sample.labels == (1...20).filter { counts[$0] > 0 }.map { $0 - 1 })
  }
}
