import Configuration
import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

/// Folders of pictures of 4 × 2 pixels with masks of the ids that `masks` gives by name.
private func withMasks(
  _ masks: [String: [UInt8]], labels: String, _ body: (String, Folder) throws -> Void
) throws {
  try withTemporaryFolder { (root) throws in
    try write(labels, to: root + "/labels.csv")
    try write("disk\nbar\n", to: root + "/classes.txt")
    for folder in ["images", "masks"] {
      try FileManager.default.createDirectory(
        atPath: root + "/" + folder, withIntermediateDirectories: true)
    }
    for line in labels.split(separator: "\n") {
      let id = line.prefix { $0 != "," }
      try Image(width: 4, height: 2, color: .black).writePNG(to: root + "/images/\(id).png")
    }
    for (id, ids) in masks {
      try LabelMap(width: 4, height: 2, ids: ids).writePNG(to: root + "/masks/\(id).png")
    }
    var options = Folder()
    options.root = root
    try write("a\n", to: root + "/train.txt")
    try write("b\nc\n", to: root + "/val.txt")
    (options.train, options.val) = ("train.txt", "val.txt")
    try body(root, options)
  }
}

@Suite struct MaskIDTests {
  private let labels = "a,disk\nb,disk\nc,bar\n"

  @Test func idsAreRenamedAndIgnored() throws {
    try withMasks(
      ["b": [0, 255, 7, 2, 0, 1, 255, 0], "c": [2] + [UInt8](repeating: 0, count: 7)], labels: labels
    ) {
      (root, options) throws in
      var options = options
      options.idMap = ["255": 1, "7": 2]
      options.ignoreId = [0]
      let data = try options.open()
      #expect(try data.mask(of: "b")?.ids == [255, 1, 2, 2, 255, 1, 1, 255])
      #expect(try data.mask(of: "a") == nil)
      options.idMap = ["255": 3]
      try expectMessage(
        """
        id_map: takes the mask id 255 for the class id 3, but there are 2 classes, so ids are 0 to 2 and 255 \
        for ignore
        """
      ) { _ = try options.open() }
    }
  }

  @Test func labelsFromMasksFollowTheMap() throws {
    let masks = [
      "a": [255, 0, 0, 0, 0, 0, 0, 0], "b": [0, 0, 0, 2, 0, 0, 0, 255], "c": [UInt8](repeating: 2, count: 8),
    ]
    try withMasks(masks, labels: labels) { (_, options) throws in
      var options = options
      options.labels = "masks"
      (options.idMap, options.ignoreId) = (["255": 1], [2])
      let data = try options.open()
      #expect(try ["a", "b", "c"].map { try data.labels(of: $0) } == [[0], [0], []])
    }
  }

  @Test(arguments: [
    ("{256: 1}", "is [\"256\": 1]"), ("{a: 1}", "is [\"a\": 1]"), ("{1: 256}", "is [\"1\": 256]"),
    ("{-1: 0}", "is [\"-1\": 0]"),
  ])
  func mapsOfOtherNumbersAreRefused(_ map: String, finding: String) throws {
    let error = #expect(throws: ConfigurationError.self) {
      _ = try ConfigurationLoader.load(Folder.self, file: nil, overrides: ["id_map=\(map)"])
    }
    #expect(
      error?.description.hasSuffix(
        """
        \(finding); use ids from 0 to 255 on both sides, as in {255: 1}, where 255 on the right means ignore
        """) == true, "\(error?.description ?? "")")
  }

  @Test func anIdHasOneMeaning() throws {
    var options = Folder()
    (options.idMap, options.ignoreId) = (["3": 1], [3])
    let error = #expect(throws: ConfigurationError.self) { try options.validate() }
    #expect(
      error?.description.contains("holds 3, which id_map gives a class; name it in one of the two") == true)
  }
}

@Suite struct CensusOfMasksTests {
  private let labels = "a,disk\nb,disk\nc,bar\n"
  private let empty = [UInt8](repeating: 0, count: 8)

  private func census(
    _ masks: [String: [UInt8]], prepare: (String) throws -> Void = { _ in },
    _ body: (String, Census) -> Void
  ) throws {
    try withMasks(masks, labels: labels) { (root, options) throws in
      try prepare(root)
      body(root, Census(of: try options.open(), masked: [.val]))
    }
  }

  @Test func binaryMasksOf255AreRefused() throws {
    try census(["b": [0, 255, 0, 0, 0, 0, 0, 0], "c": [255, 0, 0, 0, 0, 0, 0, 0]]) { _, census in
      #expect(
        census.errors.map(\.description) == [
          """
          val.txt: the 2 masks hold 0 and 255 (ignore) only, so that only background would count; if 255 is \
          the object, set id_map to {255: 1}
          """
        ])
    }
  }

  @Test func ignoredEverywhere() throws {
    try census(["b": [UInt8](repeating: 255, count: 8), "c": [UInt8](repeating: 255, count: 8)]) {
      _, census in
      #expect(
        census.errors.map(\.description) == [
          """
          val.txt: every pixel of the masks is to be ignored, so there is nothing to learn from and nothing \
          to judge; check the masks, or say with id_map what their ids mean
          """
        ])
    }
  }

  @Test func aLabelledClassThatNoMaskShows() throws {
    try census(["b": [1, 0, 0, 0, 0, 0, 0, 0], "c": [255, 0, 0, 0, 0, 0, 0, 0]]) { _, census in
      #expect(census.errors == [])
      #expect(
        census.warnings.map(\.description).contains(
          """
          val.txt: 1 images with a mask are labelled "bar", but no mask shows it; if 255 stands for it, say \
          so with id_map; else check the masks
          """))
    }
    try census(["b": empty, "c": empty]) { _, census in
      #expect(
        census.warnings.map(\.description).contains(
          "val.txt: no mask shows a class, so figures are those of the background alone; check the masks"))
    }
  }

  @Test func masksOfSome() throws {
    try census(["b": [1, 0, 0, 0, 0, 0, 0, 0]]) { root, census in
      #expect(census.errors == [] && census.splits[2].masksRead == 1)
      #expect(
        census.warnings.map(\.description).contains(
          """
          \(root)/masks/c.png: the first of 1 masks of val.txt that are missing; it is judged on the 1 \
          images that have one
          """))
    }
    #expect {
      try census([:]) { _, _ in }
    } throws: { error in
      "\(error)".hasSuffix(
        """
        /masks: no image has a mask: "a.png" is looked for, and there is no PNG file; call masks as the \
        pictures, or set masks to none
        """)
    }
  }

  @Test func smoothedEdges() throws {
    try census(["b": [2, 0, 0, 0, 0, 0, 3, 4], "c": [2, 0, 0, 0, 0, 0, 0, 0]]) { root, census in
      #expect(
        census.errors.map(\.description) == [
          """
          \(root)/masks/b.png: 2 pixels hold ids such as 3, but there are 2 classes, so ids are 0 to 2 and \
          255 for ignore; if the mask was resized or turned, do so by nearest neighbour
          """
        ])
    }
  }

  @Test func everyPictureIsOpened() throws {
    let good = [1] + [UInt8](repeating: 0, count: 7)
    try census(["b": good]) { root in
      for id in ["a", "b", "c"] { try write("GIF89a", to: root + "/images/\(id).png") }
    } _: { root, census in
      let words = "neither a PNG nor a JPEG file (it is a GIF); convert it to PNG or JPEG"
      #expect(
        census.errors.map(\.description) == ["a", "b", "c"].map { "\(root)/images/\($0).png: \(words)" })
    }
  }

  @Test func masksOfTurnedPictures() throws {
    let mask = [1] + [UInt8](repeating: 0, count: 7)
    for orientation in [UInt8(3), 6] {
      try census(["b": mask, "c": [2, 0, 0, 0, 0, 0, 0, 0]]) { root in
        let path = root + "/images/b.png"
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let exif: [UInt8] = [
          0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
        ]
        bytes.insert(contentsOf: [[0, 0, 0, 22], Array("eXIf".utf8), exif, [0, 0, 0, 0]].joined(), at: 33)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
      } _: { _, census in
        let turned = """
          b: the first of 1 images of val.txt that are turned as their EXIF data say; make sure that their \
          masks are turned as well
          """
        let refused = """
          b: the mask is 4 × 2 pixels as the image is stored, but its EXIF data turn the image to 2 × 4; \
          turn the mask as well, or take the orientation out of the image's EXIF data
          """
        #expect(census.errors.map(\.description) == (orientation == 6 ? [refused] : []))
        #expect(census.warnings.map(\.description).contains(turned) == (orientation == 3))
      }
    }
  }
}
