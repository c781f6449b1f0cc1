import Files
import Foundation
import Training

/// The folder that the pictures of a command are written to, and what it has left in it earlier.
///
/// A record lists the pictures whose outputs the folder holds; no other file in it is replaced.
struct PictureOutputs {
  /// The names of the records of all commands.
  static let recordNames = ["predictions.json", "explain.json", "maps.json"]

  /// The folder.
  let path: String
  private let record: String
  private let names: [String]

  /// Takes the folder at `path`, which need not exist, for the outputs of `inputs`: `files` are those of a
  /// picture by its name, `folders` the names of folders in it.
  ///
  /// - Throws: `RunError.outputIsInput`, `.foreignOutput`, `.cannotWrite`.
  init(
    _ path: String, for inputs: PictureInputs, of work: PictureWork, option: String = "--output",
    record: String, folders: [String] = [], files: (_ name: String) -> [String]
  ) throws(RunError) {
    self.path = path
    self.record = record
    for folder in [path] + folders.map({ "\(path)/\($0)" }) {
      if let identity = FileIdentity(of: folder), inputs.folders.contains(identity) {
        throw .outputIsInput(path: folder, work: work, option: option)
      }
    }
    let known = try Self.known(record, in: path, work, option)
    let pictures = inputs.pictures.map(\.name)
    for name in pictures where !known.contains(name) {
      for file in files(name) where Self.exists("\(path)/\(file)") {
        throw .foreignOutput(path: "\(path)/\(file)", work: work, option: option)
      }
    }
    names = known.union(pictures).sorted()
    let directory = RunDirectory(path: path)
    for folder in folders.isEmpty ? [""] : folders { try directory.folder(folder) }
  }

  /// Writes the record: what the pictures were made with, their names, and `members` behind.
  ///
  /// - Throws: `RunError.cannotWrite`.
  func writeRecord(_ source: JSON.Member, _ members: [JSON.Member] = []) throws(RunError) {
    let record: JSON = .object(
      [source, JSON.Member("pictures", .list(names.map { .text($0) }))] + members)
    try RunDirectory(path: path).write(record.pretty() + "\n", to: self.record)
  }

  /// The pictures whose outputs were written to the folder before.
  private static func known(
    _ record: String, in path: String, _ work: PictureWork, _ option: String
  ) throws(RunError) -> Set<String> {
    let file = "\(path)/\(record)"
    guard exists(file) else { return [] }
    guard let text = RunDirectory(path: path).text(of: record), let json = try? JSON(parsing: text),
      case .list(let names)? = json["pictures"]
    else { throw .foreignOutput(path: file, work: work, option: option) }
    return Set(
      names.compactMap { name in
        guard case .text(let name) = name else { return nil }
        return name
      })
  }

  /// Whether something has the name, a link that leads nowhere included.
  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
