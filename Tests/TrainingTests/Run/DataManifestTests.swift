import Datasets
import Files
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Training

/// What a run notices of its data.
@Suite struct DataManifestTests {
  private let folder: TemporaryFolder
  private var root: String { folder.path }

  init() throws {
    folder = try TemporaryFolder()
    for kind in ["images", "masks"] {
      try FileManager.default.createDirectory(
        atPath: "\(root)/\(kind)", withIntermediateDirectories: true)
    }
    for (number, id) in ["a", "b", "c", "d"].enumerated() { try write(id, number) }
    try AtomicFile.write("a cat\nb dog\nc cat\nd\n", to: root + "/labels.txt")
    try AtomicFile.write("cat\ndog\n", to: root + "/classes.txt")
    try AtomicFile.write("a\nb\nc\n", to: root + "/train.txt")
    try AtomicFile.write("d\n", to: root + "/val.txt")
  }

  private func write(_ id: String, _ number: Int) throws {
    let pixels = (0..<48).map { UInt8(truncatingIfNeeded: $0 * 7 + number * 31) }
    try Image(width: 4, height: 4, pixels: pixels).writePNG(to: "\(root)/images/\(id).png")
    try LabelMap(width: 4, height: 4, ids: [UInt8](repeating: UInt8(number % 3), count: 16))
      .writePNG(to: "\(root)/masks/\(id).png")
  }

  private func manifest(
    _ use: DataUse = .everything, known: [DataManifest] = [], weights: String? = nil
  ) throws -> DataManifest {
    var options = Folder()
    options.root = root
    options.labels = "labels.txt"
    options.train = "train.txt"
    options.val = "val.txt"
    return try DataManifest(of: options.open(), weights: weights, in: use, known: known)
  }

  /// What is said of the data after `change`.
  private func changes(_ use: DataUse = .everything, after change: () throws -> Void) throws -> String? {
    let before = try manifest()
    try change()
    let after = try manifest(known: [before])
    let isOther = before.digest(of: use) != after.digest(of: use)
    let words = after.changes(since: before, in: use)
    #expect(isOther == (words != nil))
    return words
  }

  @Test func theTextReadsBack() throws {
    try AtomicFile.write("x", to: root + "/w.safetensors")
    let manifest = try manifest(weights: root + "/w.safetensors")
    #expect(DataManifest(parsing: manifest.text) == manifest)
    #expect(DataManifest(parsing: manifest.text)?.text == manifest.text)
    #expect(DataManifest(parsing: "nonsense\n") == nil)
  }

  @Test func namesMayHoldAnything() throws {
    var manifest = DataManifest()
    manifest.classes = ["a\tb", "c\\n", "d\r\ne"]
    manifest.labels = ["x\ny": [0, 2]]
    #expect(DataManifest(parsing: manifest.text) == manifest)
  }

  @Test func nothingHasChanged() throws {
    #expect(try changes {} == nil)
    // Other times, the same bytes.
    #expect(try changes { try write("a", 0) } == nil)
  }

  @Test func whatHasChangedIsNamed() throws {
    #expect(
      try changes { try AtomicFile.write("a dog\nb\nc cat\nd\n", to: root + "/labels.txt") }
        == "labels.txt: 2 rows differ, first a (was cat, is dog)")
    #expect(try changes { try write("b", 6) } == "b.png: changed since; mask b.png: changed since")
    #expect(
      try changes { try AtomicFile.write("b\na\nc\n", to: root + "/train.txt") }
        == "train.txt: in another order")
    #expect(
      try changes { try AtomicFile.write("b\nc\n", to: root + "/train.txt") }
        == "train.txt: \"a\" is gone")
    #expect(
      try changes { try AtomicFile.write("dog\ncat\n", to: root + "/classes.txt") }
        == "classes: in another order")
    #expect(
      try changes { try AtomicFile.write("dog\ncat\ncow\n", to: root + "/classes.txt") }
        == "classes: \"cow\" is new")
  }

  @Test func onlyWhatAStageReadsCounts() throws {
    let labels = DataUse.labeledImages([.train])
    #expect(
      try changes(labels) { try FileManager.default.removeItem(atPath: root + "/masks/a.png") } == nil)
    #expect(try changes(labels) { try write("d", 9) } == nil)
    #expect(try changes(labels) { try write("c", 9) } == "c.png: changed since")
  }

  @Test func otherWeightsAreNamed() throws {
    let path = root + "/w.safetensors"
    try AtomicFile.write("x", to: path)
    let before = try manifest(weights: path)
    try AtomicFile.write("y", to: path)
    let after = try manifest(known: [before], weights: path)
    #expect(
      after.changes(since: before, in: DataUse(weights: true))
        == "model.weights: another file (w.safetensors)")
    #expect(after.changes(since: before, in: DataUse()) == nil)
  }

  /// A picture of the same size that is given the time of the old one.
  @Test func theTimeOfAFileCanBeSetAndItsStampCannot() throws {
    let path = root + "/images/a.png"
    let times = [timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0)]
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    let said = try changes {
      try Image(width: 4, height: 4, pixels: [UInt8](repeating: 9, count: 48)).writePNG(to: path)
      #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    }
    #expect(said == "a.png: changed since")
  }
}
