import Configuration
import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

/// Ten pictures of 4 × 2 pixels, read as VOC or as a folder of one's own.
///
/// The mask of `e` shows an elk that its labels do not name.
private struct Pictures {
  static let kinds = ["voc", "folder"]
  private static let masks: [String: [UInt8]] = [
    "a": [0, 2], "b": [0, 3, 255], "c": [1, 2], "d": [0], "e": [0, 3, 4], "f": [4, 3], "g": [2],
    "h": [3, 0, 2],
    "i": [4], "j": [2],
  ]
  let root: String

  init(_ root: String) throws {
    self.root = root
    try write("bar\ncow\ndisk\nelk\n", to: root + "/classes.txt")
    try write(
      "a cow\nb disk\nc bar cow\nd\ne disk\nf elk disk\ng cow\nh disk cow\ni elk\nj cow\n",
      to: root + "/image_labels.txt")
    try write("g\nf\ne\nd\nc\nb\na\n", to: root + "/train.txt")
    try write("a\nb\nc\n", to: root + "/seeds.txt")
    try write("h\ni\n", to: root + "/val.txt")
    for folder in ["JPEGImages", "SegmentationClass"] {
      try FileManager.default.createDirectory(
        atPath: root + "/" + folder, withIntermediateDirectories: true)
    }
    for (id, shown) in Self.masks {
      try Image(width: 4, height: 2, color: .black).writePNG(to: root + "/JPEGImages/\(id).png")
      let ids = shown + [UInt8](repeating: 0, count: 8 - shown.count)
      try LabelMap(width: 4, height: 2, ids: ids).writePNG(to: root + "/SegmentationClass/\(id).png")
    }
  }

  /// The data set as a kind reads it, with options such as `only_classes=[cow]`.
  func open(_ kind: String, _ options: String...) throws -> any Dataset {
    switch kind {
    case "voc":
      try ConfigurationLoader.load(
        VOC.self, file: nil,
        overrides: [
          "root=\(root)", "lists=.", "train=train", "seeds=seeds", "labels=image_labels.txt",
        ] + options
      ).open()
    default:
      try ConfigurationLoader.load(
        Folder.self, file: nil,
        overrides: [
          "root=\(root)", "images=JPEGImages", "masks=SegmentationClass", "labels=image_labels.txt",
          "train=train.txt", "seeds=seeds.txt", "val=val.txt",
        ] + options
      ).open()
    }
  }
}

private func withPictures(_ body: (Pictures) throws -> Void) throws {
  try withTemporaryFolder { (root) throws in try body(Pictures(root)) }
}

@Suite struct OnlyClassesTests {
  @Test(arguments: Pictures.kinds) func imagesOfOtherClassesAreInNoList(_ kind: String) throws {
    try withPictures { (pictures) throws in
      let data = try pictures.open(kind, "only_classes=[disk, cow]")
      #expect(data.classNames == ["cow", "disk"], "the order is that of the class list")
      #expect(try data.identifiers(of: .train) == ["g", "e", "b", "a"])
      #expect(try data.identifiers(of: .seeds) == ["a", "b"])
      #expect(try data.identifiers(of: .val) == ["h"])
      #expect(try ["a", "b", "h"].map { try data.labels(of: $0) } == [[0], [1], [0, 1]])
      let suffix = kind == "voc" ? "" : ".txt"
      #expect(
        data.notes.suffix(4) == [
          #"only_classes: 2 of 4 classes ("cow", "disk"); what masks show of other classes is ignored"#,
          "train\(suffix): 2 of 7 images show other classes and are left out, as well as 1 without a class",
          "seeds\(suffix): 1 of 3 images show other classes and are left out",
          "val\(suffix): 1 of 2 images show other classes and are left out",
        ])
      try expectMessage(
        """
        \(pictures.root)/image_labels.txt: no labels of the image "c"; add a line for it (the name alone if \
        nothing is in it)
        """
      ) { _ = try data.labels(of: "c") }
      let census = Census(of: data)
      #expect(census.errors == [] && census.splits.map(\.images) == [4, 2, 1])
      #expect(census.splits.map(\.imagesPerClass) == [[2, 2], [1, 1], [1, 1]])
    }
  }

  @Test(arguments: Pictures.kinds) func masksAreRenumbered(_ kind: String) throws {
    try withPictures { (pictures) throws in
      let data = try pictures.open(kind, "only_classes=[disk, cow]")
      func ids(_ id: String) throws -> [UInt8]? { try data.mask(of: id).map { Array($0.ids.prefix(4)) } }
      #expect(try ids("a") == [0, 1, 0, 0])
      #expect(try ids("b") == [0, 2, 255, 0])
      #expect(try ids("e") == [0, 2, 255, 0], "what the labels do not name is ignored")
      #expect(try data.sample("h", wantsMask: true).mask?.ids.prefix(3) == [2, 0, 1])
      let whole = try pictures.open(kind)
      #expect(try whole.mask(of: "e")?.ids.prefix(3) == [0, 3, 4])
      #expect(whole.notes.allSatisfy { !$0.contains("only_classes") && !$0.contains("left out") })
    }
  }

  /// `id_map` and the check of ids speak of the masks as they are stored.
  @Test(arguments: Pictures.kinds) func storedIDsAreThoseOfTheWholeList(_ kind: String) throws {
    try withPictures { (pictures) throws in
      let data = try pictures.open(kind, "only_classes=[disk, cow]", "id_map={0: 3, 3: 2}")
      #expect(try data.mask(of: "b")?.ids == [2, 1, 255] + [UInt8](repeating: 2, count: 5))
      try LabelMap(width: 4, height: 2, ids: [UInt8](repeating: 5, count: 8)).writePNG(
        to: pictures.root + "/SegmentationClass/b.png")
      try expectMessage(
        """
        \(pictures.root)/SegmentationClass/b.png: holds the class id 5, but there are 4 classes, so ids are \
        0 to 4 and 255 for ignore; renumber the mask, set id_map, or complete the class list
        """
      ) { _ = try data.mask(of: "b") }
    }
  }

  @Test(arguments: Pictures.kinds) func labelsMayComeFromTheMasks(_ kind: String) throws {
    try withPictures { (pictures) throws in
      let data = try pictures.open(kind, "only_classes=[disk, cow]", "labels=masks")
      #expect(try data.identifiers(of: .train) == ["g", "b", "a"], "the mask of e shows an elk")
      #expect(try data.labels(of: "b") == [1])
    }
  }

  @Test func withoutMasksNoneAreSpokenOf() throws {
    try withPictures { (pictures) throws in
      let data = try pictures.open(
        "folder", "only_classes=[elk]", "masks=none", "train=val.txt", "seeds=auto")
      #expect(
        data.notes.suffix(2) == [
          #"only_classes: 1 of 4 classes ("elk")"#,
          "val.txt: 1 of 2 images show other classes and are left out",
        ])
      #expect(try data.mask(of: "i") == nil)
    }
  }

  @Test(arguments: [
    ("[elk, cwo]", #"there is no class "cwo"; did you mean "cow"?"#),
    ("[Disk]", #"there is no class "Disk"; did you mean "disk"?"#),
    ("[hippopotamus]", #"there is no class "hippopotamus"; the classes are "bar", "cow", "disk" and 1 more"#),
    (#"[""]"#, #"there is no class ""; the classes are "bar", "cow", "disk" and 1 more"#),
    (
      "[bar]",
      "all 7 images of train show other classes or none, so that no image is left; name other classes"
    ),
    ("[cow]", "all 2 images of val show other classes or none, so that no image is left; name other classes"),
  ]) func whatLeavesNothingIsRefused(_ names: String, _ message: String) throws {
    try withPictures { (pictures) throws in
      try expectMessage("data.only_classes: " + message) {
        _ = try pictures.open("voc", "only_classes=\(names)")
      }
    }
  }

  @Test(arguments: Pictures.kinds) func aClassIsNamedOnce(_ kind: String) throws {
    try withPictures { (pictures) throws in
      let error = #expect(throws: ConfigurationError.self) {
        _ = try pictures.open(kind, "only_classes=[cow, disk, cow]")
      }
      #expect(error?.description == #"--set: only_classes: names "cow" twice; name each class once"#)
    }
  }

  /// An image without a row shows nobody knows what.
  @Test func missingLabelsStayMissing() throws {
    try withPictures { (pictures) throws in
      try write("a\nb\nz\n", to: pictures.root + "/seeds.txt")
      try Image(width: 4, height: 2, color: .black).writePNG(to: pictures.root + "/JPEGImages/z.png")
      let data = try pictures.open("voc", "only_classes=[disk, cow]")
      #expect(try data.identifiers(of: .seeds) == ["a", "b", "z"])
      #expect(
        Census(of: data).errors.map(\.description) == [
          """
          \(pictures.root)/image_labels.txt: no labels of the image "z"; add a line for it (the name alone \
          if nothing is in it)
          """
        ])
    }
  }

  /// Who is held out does not depend on the classes, so that no image of one job is judged in another.
  @Test func theSplitIsThatOfTheWhole() throws {
    try withPictures { (pictures) throws in
      let auto = ["train=auto", "seeds=auto", "val=auto", "val_fraction=0.4"]
      func open(_ options: [String]) throws -> any Dataset {
        try pictures.open("folder", auto[0], auto[1], auto[2], auto[3], options.first ?? "seed=0")
      }
      let whole = try open([])
      let part = try open(["only_classes=[cow, disk]"])
      for split in Split.allCases {
        let stay = try whole.identifiers(of: split).filter { "abeghj".contains($0) }
        #expect(try part.identifiers(of: split) == stay && !stay.isEmpty)
      }
    }
  }
}

@Suite struct TrainImagesTests {
  @Test(arguments: Pictures.kinds) func fewAreDrawnAndKeepTheirOrder(_ kind: String) throws {
    try withPictures { (pictures) throws in
      let whole = try pictures.open(kind).identifiers(of: .train)
      var last: Set<String> = []
      for count in 3...7 {
        let data = try pictures.open(kind, "train_images=\(count)")
        let train = try data.identifiers(of: .train)
        #expect(train.count == count && train == whole.filter { train.contains($0) })
        #expect(last.isSubset(of: train), "fewer are some of more")
        last = Set(train)
        #expect(try data.identifiers(of: .seeds) == ["a", "b", "c"].filter { train.contains($0) })
        #expect(try data.identifiers(of: .val) == ["h", "i"])
        let note = """
          train\(kind == "voc" ? "" : ".txt"): \(count) of 7 images are trained on, drawn from the seed 0; \
          the others are left out
          """
        #expect(data.notes.contains(note) == (count < 7))
      }
    }
  }

  @Test func theSeedDecidesAlone() throws {
    try withPictures { (pictures) throws in
      func train(_ options: String) throws -> Set<String> {
        Set(try pictures.open("voc", "seeds=train", "train_images=3", options).identifiers(of: .train))
      }
      let first = try train("seed=0")
      #expect(try train("seed=0") == first)
      #expect(Set(try (0..<20).map { try train("seed=\($0)") }).count > 5)
      try write("a\nb\nc\nd\ne\nf\ng\nj\n", to: pictures.root + "/train.txt")
      #expect(try train("seed=0").intersection(first).count >= 2, "one more image takes one place at most")
      #expect(try train("only_classes=[cow, disk]").isSubset(of: ["a", "b", "e", "g", "j"]))
    }
  }

  @Test func seedsThatAreJudgedOnNothingAreRefused() throws {
    try withPictures { (pictures) throws in
      let drawn = try pictures.open("voc", "seeds=train", "train_images=1").identifiers(of: .train)
      try write(drawn == ["a"] ? "b\n" : "a\n", to: pictures.root + "/seeds.txt")
      try expectMessage(
        """
        data.train_images: of the 1 images drawn from train none is in seeds, on which seeds are judged; \
        draw more
        """
      ) { _ = try pictures.open("voc", "train_images=1") }
    }
  }

  /// An image that was drawn for an earlier run is there, although others would be drawn now.
  @Test func whatIsNotDrawnIsNotMissing() throws {
    try withPictures { (pictures) throws in
      let data = try pictures.open("folder", "train=auto", "seeds=auto", "train_images=2")
      let others = ["a", "b", "c", "d", "e", "f", "g", "j"]
      #expect(try KeptSplits.missing(from: data, [.train: others]) == [])
      let drawn = try data.identifiers(of: .train)
      let gone = try #require(others.first { !drawn.contains($0) })
      try FileManager.default.removeItem(atPath: pictures.root + "/JPEGImages/\(gone).png")
      #expect(try KeptSplits.missing(from: data, [.train: others + ["k"]]) == [gone, "k"])
    }
  }
}
