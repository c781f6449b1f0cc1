import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct OneHotTableTests {
  /// Opens a VOC folder whose labels are a golden table.
  private func labels(_ table: String, classes: String, _ body: (any Dataset) throws -> Void) throws {
    try withTemporaryFolder { (root) throws in
      let data = try Data(contentsOf: URL(fileURLWithPath: Golden.directory + "/" + table))
      try write(classes, to: root + "/classes.txt")
      try write("2007_000032\n2007_000039\n2008_000001\n", to: root + "/ImageSets/Segmentation/all.txt")
      try FileManager.default.createDirectory(atPath: root + "/JPEGImages", withIntermediateDirectories: true)
      try data.write(to: URL(fileURLWithPath: root + "/cls_labels_onehot.npy"))
      var options = VOC()
      options.root = root
      options.masks = "none"
      (options.train, options.seeds, options.val) = ("all", "all", "all")
      try body(options.open())
    }
  }

  @Test(arguments: ["float32-protocol2", "float32-protocol3", "float64-protocol4", "uint8-protocol4"])
  func readsWhatNumPyWrites(name: String) throws {
    try labels("onehot-\(name).npy", classes: "a\nb\nc\nd\n") { (data) throws in
      #expect(try data.labels(of: "2007_000032") == [0, 3])
      #expect(try data.labels(of: "2007_000039") == [])
      #expect(try data.labels(of: "2008_000001") == [1, 2, 3])
    }
  }

  @Test func keysMayBeFileNames() throws {
    let path = Golden.directory + "/onehot-float32-protocol3.npy"
    var table = try Data(contentsOf: URL(fileURLWithPath: path))
    for (key, name) in [("2007_000032", "2007000.jpg"), ("2007_000039", "x/2007a.png")] {
      let range = try #require(table.firstRange(of: Data(key.utf8)))
      table.replaceSubrange(range, with: Data(name.utf8))
    }
    try withTemporaryFolder { (root) throws in
      for id in ["2007000", "2007a"] { try write("x", to: root + "/images/\(id).jpg") }
      try write("a\nb\nc\nd\n", to: root + "/classes.txt")
      try table.write(to: URL(fileURLWithPath: root + "/labels.npy"))
      var options = Folder()
      (options.root, options.labels) = (root, "labels.npy")
      let data = try options.open()
      #expect(try data.labels(of: "2007000") == [0, 3] && data.labels(of: "2007a") == [])
      for id in ["2007000", "2007a"] {
        try FileManager.default.removeItem(atPath: root + "/images/\(id).jpg")
      }
      try write("x", to: root + "/images/other.jpg")
      try expectMessage(
        """
        \(root)/labels.npy: none of its 3 rows names a picture: the first is "2007000", pictures are called \
        like "other"; take the names of the pictures as keys
        """
      ) { _ = try options.open() }
    }
  }

  @Test func aPlainArrayIsRefused() throws {
    let error = try #require(
      #expect(throws: DatasetError.self) { try labels("onehot-plain.npy", classes: "a\nb\nc\nd\n") { _ in } })
    #expect(
      error.description.hasSuffix(
        """
        cls_labels_onehot.npy: no table of one-hot labels (a plain array, which does not say \
        which row belongs \
        to which image); save a dictionary {id: array of 0 and 1} with numpy.save
        """))
  }

  @Test func anotherNumberOfClassesIsRefused() throws {
    let error = try #require(
      #expect(throws: DatasetError.self) {
        try labels("onehot-uint8-protocol4.npy", classes: "a\nb\nc\n") { _ in }
      })
    #expect(error.description.contains("(\"2007_000032\" has 4 values for 3 classes)"))
  }

  @Test func truncatedTablesAreRefused() throws {
    let path = Golden.directory + "/onehot-float32-protocol3.npy"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try withTemporaryFolder { (root) throws in
      try write("a 1\n", to: root + "/list.txt")
      try write("x", to: root + "/images/a.png")
      try write("a\nb\nc\nd\n", to: root + "/classes.txt")
      var options = Folder()
      options.root = root
      options.labels = "labels.npy"
      for length in stride(from: 0, to: whole.count - 1, by: 7) {
        try whole.prefix(length).write(to: URL(fileURLWithPath: root + "/labels.npy"))
        #expect(throws: DatasetError.self, "cut after \(length) bytes") { try options.open() }
      }
    }
  }
}
