import Autograd
import Files
import Foundation
import Imaging
import NeuralNetwork

/// The hash of every file that a stage has made, in `<stage>/files.txt`: the digits of XXH64, two spaces and
/// the name, as `xxhsum -c` reads them.
struct StageFiles {
  static let fileName = "files.txt"

  let stage: String
  let directory: RunDirectory

  private var list: String { "\(stage)/\(Self.fileName)" }

  /// Brings everything in the stage's folder to the disk and writes the list.
  ///
  /// - Returns: the hash of the list.
  /// - Throws: `RunError`.
  func write() throws(RunError) -> String {
    let names = try directory.files(in: stage).filter {
      $0 != Self.fileName && $0 != StageRecord.fileName && !AtomicFile.isTemporary($0)
    }
    let folders = Set(names.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
    do {
      for folder in folders.sorted() { try AtomicFile.flush(folder: directory.file("\(stage)/\(folder)")) }
    } catch {
      throw .cannotWrite(path: error.path, reason: error.reason)
    }
    var text = ""
    for (name, hash) in zip(names, hashes(names)) {
      guard let hash else { throw .missingOutput(path: path(name), folder: directory.file(stage)) }
      text += "\(hash)  \(Self.escaped(name))\n"
    }
    try directory.write(text, to: list)
    return XXH64.hex(of: text)
  }

  /// Compares every file, or one of them, with its hash.
  ///
  /// - Throws: `RunError.damagedOutput`, `RunError.missingOutput`.
  func verify(_ record: StageRecord, only wanted: String? = nil) throws(RunError) {
    guard let text = directory.text(of: list) else {
      throw .missingOutput(path: directory.file(list), folder: directory.file(stage))
    }
    guard XXH64.hex(of: text) == record.files else {
      throw .damagedOutput(path: directory.file(list), folder: directory.file(stage))
    }
    let lines = text.split(separator: "\n").filter { wanted == nil || Self.plain($0.dropFirst(18)) == wanted }
    let names = lines.map { Self.plain($0.dropFirst(18)) }
    for ((line, name), hash) in zip(zip(lines, names), hashes(names)) {
      guard let hash else { throw .missingOutput(path: path(name), folder: directory.file(stage)) }
      guard line.hasPrefix(hash) else {
        throw .damagedOutput(path: path(name), folder: directory.file(stage))
      }
    }
  }

  /// Checks what a stage that was not finished has left, which holds its own checksums.
  ///
  /// - Throws: `RunError.damagedOutput`, `WeightFileError`.
  func verifyParts() throws {
    let names = try directory.files(in: stage)
    for name in names where name.hasSuffix(".safetensors") {
      guard try SafetensorsReader(path: path(name)).hasChecksum else {
        throw RunError.damagedOutput(path: path(name), folder: directory.file(stage))
      }
    }
    for name in names where name.hasSuffix(".png") {
      guard let data = FileManager.default.contents(atPath: path(name)), PNGChunks.areIntact([UInt8](data))
      else { throw RunError.damagedOutput(path: path(name), folder: directory.file(stage)) }
    }
  }

  private func path(_ name: String) -> String { directory.file("\(stage)/\(name)") }

  /// The hash of each file, `nil` for one that cannot be read.
  private func hashes(_ names: [String]) -> [String?] {
    let paths = names.map { path($0) }
    return Parallel.map(paths.count) { try? XXH64.hex(ofFile: paths[$0]) }
  }

  private static func escaped(_ name: String) -> String {
    name.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  private static func plain(_ name: Substring) -> String {
    var (plain, isEscaped) = ("", false)
    for character in name {
      switch (isEscaped, character) {
      case (false, "\\"): isEscaped = true
      case (true, "n"): (plain, isEscaped) = (plain + "\n", false)
      default: (plain, isEscaped) = (plain + String(character), false)
      }
    }
    return plain
  }
}
