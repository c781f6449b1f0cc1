import Files
import NeuralNetwork

/// The names of the foreground classes travel in the metadata of weight files, as `classes`: a JSON list.
package enum ClassMetadata {
  /// The text for these names.
  static func text(_ names: [String]) -> String { JSON.list(names.map { .text($0) }).compact }

  /// The names that metadata hold; `nil` if they hold none.
  package static func names(in metadata: [String: String]) -> [String]? {
    guard case .list(let values)? = metadata["classes"].flatMap({ try? JSON(parsing: $0) }) else {
      return nil
    }
    let names = values.compactMap { if case .text(let name) = $0 { name } else { nil } }
    return names.count == values.count ? names : nil
  }
}

extension ClassMetadata {
  /// Refuses weights that were trained for other classes than `names`; a file that names none is taken.
  ///
  /// - Throws: `WeightFileError`, `RunError.otherClasses`.
  static func require(_ names: [String], in path: String) throws {
    guard let trained = Self.names(in: try SafetensorsReader(path: path).metadata), trained != names
    else { return }
    let place = zip(trained, names).enumerated().first { $0.element.0 != $0.element.1 }
    let difference =
      place.map { id, pair in
        "class \(id + 1) is \(pair.0.printable) there, but \(pair.1.printable) in the list"
      } ?? "it has \(trained.count) classes, but the list has \(names.count)"
    throw RunError.otherClasses(path: path, changes: difference)
  }
}
