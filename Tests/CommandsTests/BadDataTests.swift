import Foundation
import Imaging
import TestSupport
import Testing

/// Data sets that no run can begin with; all are refused before the first step.
@Suite struct BadDataTests {
  static let lists = [
    BadInput(
      "missing root", says: "nowhere: there is no such folder; set data.root to where the data set lies"
    ) { try $0.edit("small.yaml", "root: data", "root: nowhere") },
    BadInput(
      "missing images", says: "data/images: there is no such folder of images; set images to where it is"
    ) { try $0.remove("data/images") },
    BadInput(
      "data of VOC that is not there", ["--set", "data={name: voc, root: Data/VOC2012}"],
      says: """
        Data/VOC2012: there is no such folder; set data.root to where the data set lies (it is to be had at \
        http://host.robots.ox.ac.uk/pascal/VOC/voc2012)
        """),
    BadInput(
      "missing list", says: "data/train.txt: there is no such list; set train to a list file"
    ) { try $0.remove("data/train.txt") },
    BadInput(
      "empty split", says: "data/val.txt: the split val has no image; list at least one"
    ) { try $0.write("# none yet\n", "data/val.txt") },
    BadInput(
      "image twice in a list", says: #"data/train.txt:3: "a" stands in line 1 already; remove one of the two"#
    ) { try $0.write("a\nb\na.png\n", "data/train.txt") },
    BadInput(
      "image in two splits",
      says: """
        b: is in both train.txt and val.txt, and figures on val.txt would not be held out; \
        remove it from one of the two
        """
    ) { try $0.write("b\nd\n", "data/val.txt") },
    BadInput(
      "missing labels",
      says: "data/labels.txt: there is no such label file; write one line per image: id class class …"
    ) { try $0.remove("data/labels.txt") },
    BadInput(
      "image without labels",
      says: """
        data/labels.txt: no labels of the image "d"; add a line for it (the name alone if nothing is in it)
        """
    ) { try $0.write("a cat\nb dog\nc cat dog\n", "data/labels.txt") },
    BadInput(
      "unknown label", says: #"data/labels.txt:2: unknown class "dgo"; did you mean "dog"?"#
    ) { try $0.edit("data/labels.txt", "dog", "dgo") },
    BadInput(
      "class twice", says: #"data/classes.txt:3: the class "cat" is named twice; remove one of the two"#
    ) { try $0.write("cat\ndog\ncat\n", "data/classes.txt") },
    BadInput(
      "too many classes",
      says: """
        data/classes.txt: names 255 classes, but masks have room for the ids 1 to 254; leave some classes out
        """
    ) { try $0.write("cat\ndog\n" + (2..<255).map { "class\($0)\n" }.joined(), "data/classes.txt") },
    BadInput(
      "broken array of labels", ["--set", "data.labels=labels.npy"],
      says: """
        data/labels.npy: no table of one-hot labels (not written by numpy.save); \
        save a dictionary {id: array of 0 and 1} with numpy.save
        """
    ) { try $0.write("a cat\n", "data/labels.npy") },
  ]

  static let pictures = [
    BadInput(
      "missing image",
      says: """
        data/images/a.jpg: the first of 1 files of train.txt that are missing; add them or take them off \
        the list
        """
    ) { try $0.remove("data/images/a.png") },
    BadInput(
      "truncated PNG",
      says: "data/images/a.png: truncated: the PNG data ends before the last row; copy the file again"
    ) { try $0.truncate("data/images/a.png", by: 40) },
    BadInput(
      "truncated JPEG",
      says: "data/images/b.jpg: truncated: the JPEG data ends before the last row; copy the file again"
    ) { try $0.truncate("data/images/b.jpg", by: 200) },
    BadInput("image of zero bytes", says: "data/images/a.png: the file is empty (0 bytes); copy it again") {
      try $0.write("", "data/images/a.png")
    },
    BadInput(
      "text as image",
      says: """
        data/images/a.png: neither a PNG nor a JPEG file (it starts with the bytes 4e 6f 74 20); \
        convert it to PNG or JPEG
        """
    ) { try $0.write("Not a picture.\n", "data/images/a.png") },
  ]

  static let masks = [
    BadInput(
      "missing mask",
      says: """
        data/masks: no image has a mask: "a.png" is looked for, and there is "c_mask.png"; \
        call masks as the pictures, or set masks to none
        """
    ) {
      let mask = try LabelMap(contentsOf: $0.path("data/masks/c.png"))
      for name in try FileManager.default.contentsOfDirectory(atPath: $0.path("data/masks")) {
        try $0.remove("data/masks/" + name)
      }
      try mask.writePNG(to: $0.path("data/masks/c_mask.png"))
    },
    BadInput(
      "RGB mask",
      says: """
        data/masks/c.png: an RGB picture, where a mask holds one class id per pixel; \
        map its colours to ids and save it as a palette or grey PNG
        """
    ) { try Image(width: 24, height: 20, color: .black).writePNG(to: $0.path("data/masks/c.png")) },
    BadInput(
      "mask of another size",
      says: "c: the mask is 20 × 24 pixels and the image 24 × 20; both must have one size"
    ) { try $0.writeMask("data/masks/c.png", width: 20, height: 24) },
    BadInput(
      "id that is no class",
      says: """
        data/masks/a.png: holds the class id 7, but there are 2 classes, so ids are 0 to 2 and 255 for \
        ignore; renumber the mask (data.id_map), complete the class list, or, if it was resized, resize it \
        by nearest neighbour
        """
    ) { try $0.writeMask("data/masks/a.png", id: 7) },
    BadInput(
      "training on masks without masks",
      ["--set", "data.masks=none", "--set", "segment.labels=ground-truth"],
      says: "a: a mask is needed here, but the data set has none; set masks to their folder"),
  ]

  @Test func refusedRunLeavesNoFolder() throws {
    let place = try Workplace()
    try place.remove("data/images/a.png")
    #expect(try place.run("train", ["--config", "small.yaml"]).status == 1)
    #expect(!FileManager.default.fileExists(atPath: place.path("Checkpoints/small/1")))
  }

  @Test(arguments: lists) func list(input: BadInput) throws { try input.check() }

  @Test(arguments: pictures) func picture(input: BadInput) throws { try input.check() }

  @Test(arguments: masks) func mask(input: BadInput) throws { try input.check() }
}
