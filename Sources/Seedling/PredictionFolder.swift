import Files
import Foundation
import Training

/// The folder that masks and overlays are written to, and what earlier predictions have left in it.
///
/// `predictions.json` lists the pictures whose masks the folder holds; no other file in it is replaced.
struct PredictionFolder {
  /// The name of the list of pictures.
  static let recordName = "predictions.json"

  private let path: String

  /// Takes the folder at `path`, which need not exist, for the outputs of `inputs` from a run.
  ///
  /// - Throws: `RunError.outputIsInput`, `.foreignOutput`, `.damagedRecord`, `.cannotWrite`.
  init(_ path: String, for inputs: PredictionInputs, run: String) throws(RunError) {
    self.path = path
    let overlays = "\(path)/overlays"
    for folder in [path, overlays] {
      if let identity = FileIdentity(of: folder), inputs.folders.contains(identity) {
        throw .outputIsInput(path: folder)
      }
    }
    let names = inputs.pictures.map(\.name)
    let known = try Self.known(in: path)
    for name in names where !known.contains(name) {
      for file in [mask(name), overlay(name)] where Self.exists(file) { throw .foreignOutput(path: file) }
    }
    let folder = RunDirectory(path: path)
    try folder.folder("overlays")
    let record: JSON = ["run": .text(run), "pictures": .list(known.union(names).sorted().map { .text($0) })]
    try folder.write(record.pretty() + "\n", to: Self.recordName)
  }

  /// The mask of a picture.
  func mask(_ name: String) -> String { "\(path)/\(name).png" }

  /// The picture with its mask over it.
  func overlay(_ name: String) -> String { "\(path)/overlays/\(name).png" }

  /// The pictures that were predicted into the folder before.
  private static func known(in path: String) throws(RunError) -> Set<String> {
    let file = "\(path)/\(recordName)"
    guard exists(file) else { return [] }
    guard let text = RunDirectory(path: path).text(of: recordName), let json = try? JSON(parsing: text),
      case .list(let names)? = json["pictures"]
    else { throw .foreignOutput(path: file) }
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
