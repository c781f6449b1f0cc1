import Files
import Foundation
import Imaging
import TestSupport

/// A folder with four small photographs, their labels and masks, and a configuration that trains on them.
///
/// The commands run inside it, so that messages name short relative paths. Everything is there and right
/// until a test spoils it.
final class Workplace: Sendable {
  /// A configuration whose stages take a moment each; the line numbers are those of messages.
  static let configuration = """
    data: {name: folder, root: data, labels: labels.txt, train: train.txt, val: val.txt}
    model:
      backbone: {name: squeezenet1_1}
    method:
      augmentation: {crop: 32, scale: [1, 1]}
      schedule: {iterations: 3, batch: 2}
      optimizer: {name: adamw, learning_rate: 1e-4}
    seeds: {base_size: 32, scales: [1], flip: false}
    segment:
      head: {name: linear}
      augmentation: {crop: 32, scale: [1, 1]}
      schedule: {iterations: 3, batch: 2}
    evaluate: {base_size: 32, scales: [1], flip: false, refine: []}

    """

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try write(Self.configuration, "small.yaml")
    try write("cat\ndog\n", "data/classes.txt")
    try write("a cat\nb dog\nc cat dog\nd cat\n", "data/labels.txt")
    try write("a\nb\n", "data/train.txt")
    try write("c\nd\n", "data/val.txt")
    try makeFolder("data/images")
    try makeFolder("data/masks")
    for (number, id) in ["a", "b", "c", "d"].enumerated() {
      let image = Self.photograph(width: 24, height: 20, seed: number)
      if id == "b" {
        try image.writeJPEG(to: path("data/images/b.jpg"), quality: 90)
      } else {
        try image.writePNG(to: path("data/images/\(id).png"))
      }
      let classes: [UInt8] = id == "c" ? [0, 1, 2] : [0, id == "b" ? 2 : 1]
      let ids = (0..<24 * 20).map { classes[$0 / 24 * classes.count / 20] }
      try LabelMap(width: 24, height: 20, ids: ids).writePNG(to: path("data/masks/\(id).png"))
    }
  }

  /// A workplace in which `train` has run through once; the run lies in `Checkpoints/small/1`.
  static func withRun() throws -> Workplace {
    let place = try Workplace()
    try FileManager.default.copyItem(
      atPath: try finished.get().path("Checkpoints"), toPath: place.path("Checkpoints"))
    return place
  }

  /// Trained once for all tests.
  private static let finished: Result<Workplace, any Error> = Result {
    // A static value is never released, so its folder is removed when the tests end.
    atexit { try? Workplace.finished.get().remove("") }
    let place = try Workplace()
    let result = try place.run("train", ["--config", "small.yaml"])
    guard result.status == 0 else { throw Failed(stderr: result.stderr) }
    return place
  }

  /// The run that the other tests need did not succeed.
  private struct Failed: Error {
    let stderr: String
  }

  /// A picture with a little of everything in it.
  static func photograph(width: Int, height: Int, seed: Int) -> Image {
    let pixels = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: ($0 * 7919 + seed * 131) / 5) }
    return Image(width: width, height: height, pixels: pixels)
  }

  func run(_ command: String, _ arguments: [String], environment: [String: String] = [:]) throws
    -> CommandResult
  {
    try runCommand(command, arguments, directory: folder.path, environment: environment)
  }

  func path(_ name: String) -> String { folder.path + "/" + name }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
  }

  func write(_ text: String, _ name: String) throws {
    try makeFolder(
      URL(fileURLWithPath: name).relativePath.split(separator: "/").dropLast().joined(separator: "/"))
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

  /// Cuts the last `count` bytes off a file.
  func truncate(_ name: String, by count: Int) throws {
    try bytes(name).dropLast(count).write(to: URL(fileURLWithPath: path(name)))
  }

  /// Replaces the first occurrence of `old` in a text file.
  func edit(_ name: String, _ old: String, _ new: String) throws {
    let text = try String(contentsOfFile: path(name), encoding: .utf8)
    guard let range = text.range(of: old) else { throw NotThere(text: old) }
    try write(text.replacingCharacters(in: range, with: new), name)
  }

  /// Replaces a text in a file of the finished run, as if the run had written it so.
  func rewrite(_ name: String, _ old: String, _ new: String) throws {
    let run = "Checkpoints/small/1"
    try edit("\(run)/\(name)", old, new)
    let text = String(decoding: try bytes("\(run)/run.json"), as: UTF8.self)
    guard var record = CheckedJSON.object(in: text), var files = record["files"] else {
      throw NotThere(text: "files")
    }
    files[name] = [.text(try XXH64.hex(ofFile: path("\(run)/\(name)")))]
    record["files"] = files
    try write(CheckedJSON.text(of: record), "\(run)/run.json")
  }

  /// A test wants to edit what is not there.
  private struct NotThere: Error {
    let text: String
  }

  /// Writes a mask of one class.
  func writeMask(_ name: String, width: Int = 24, height: Int = 20, id: UInt8 = 1) throws {
    let ids = [UInt8](repeating: id, count: width * height)
    try LabelMap(width: width, height: height, ids: ids).writePNG(to: path(name))
  }
}
