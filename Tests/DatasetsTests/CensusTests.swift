import Datasets
import Foundation
import Imaging
import Synchronization
import TestSupport
import Testing

@Suite struct CensusTests {
  @Test func countsImagesAndClasses() throws {
    var options = SyntheticShapes()
    (options.trainImages, options.valImages) = (30, 12)
    let data = try options.open()
    let census = Census(of: data, limit: 5)
    #expect(census.errors == [] && census.warnings == [])
    #expect(census.splits.map(\.images) == [30, 30, 12])
    #expect(census.splits.map(\.masksRead) == [0, 5, 12])
    let cats = try data.identifiers(of: .val).count { try data.labels(of: $0).contains(1) }
    #expect(census.splits[2].imagesPerClass[1] == cats)
  }

  @Test func trainingMasksStayClosed() {
    let data = StubDataset(count: 6)
    _ = Census(of: data, masked: [], limit: nil)
    #expect(data.masksRead.withLock { $0 } == 0)
  }

  @Test func problemsAreOneLineEach() throws {
    try withTemporaryFolder { (root) throws in
      try write("a dog\nb cat\nc\nd dog\n", to: root + "/labels.csv")
      try write("cat\ndog\nemu\n", to: root + "/classes.txt")
      try write("a\nb\nc\nmissing\n", to: root + "/train.txt")
      try write("c\nd\n", to: root + "/val.txt")
      try FileManager.default.createDirectory(atPath: root + "/images", withIntermediateDirectories: true)
      try FileManager.default.createDirectory(atPath: root + "/masks", withIntermediateDirectories: true)
      for id in ["a", "b", "c", "d"] {
        try Image(width: 3, height: 3, color: .black).writePNG(to: root + "/images/\(id).png")
        let ids = [UInt8](repeating: id == "d" ? 7 : 1, count: 9)
        try LabelMap(width: 3, height: 3, ids: ids).writePNG(to: root + "/masks/\(id).png")
      }
      var options = Folder()
      options.root = root
      (options.train, options.val) = ("train.txt", "val.txt")
      let census = Census(of: try options.open(), masked: [.val])
      #expect(
        census.errors.map(\.description) == [
          """
          \(root)/labels.csv: no labels of the image "missing"; add a line for it (the name \
          alone if nothing is \
          in it)
          """,
          """
          \(root)/images/missing.jpg: the first of 1 files of train.txt that are missing; add \
          them or take them \
          off the list
          """,
          """
          \(root)/masks/d.png: holds the class id 7, but there are 3 classes, so ids are 0 to 3 and 255 for \
          ignore; renumber the mask (data.id_map), complete the class list, or, if it was resized, resize it \
          by nearest neighbour
          """,
          """
          c: is in both train.txt and val.txt, and figures on val.txt would not be held out; \
          remove it from one \
          of the two
          """,
        ])
      #expect(
        census.warnings.map(\.description) == [
          "c: the first of 1 images of train.txt without a class; they teach background only",
          "train.txt: no image shows the class \"emu\"; its figures will be empty",
          "c: the first of 1 images of val.txt without a class; they teach background only",
          "val.txt: no image shows 2 of the classes (\"cat\", \"emu\"); their figures will be empty",
          "c: the mask shows \"cat\", which is not among the image's labels; check the labels",
        ])
    }
  }
}
