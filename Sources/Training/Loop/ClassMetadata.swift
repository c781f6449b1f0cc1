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
  /// - Throws: `WeightFileError`, `OtherClasses`.
  static func require(_ names: [String], in path: String) throws {
    guard let trained = Self.names(in: try SafetensorsReader(path: path).metadata), trained != names
    else { return }
    let place = zip(trained, names).enumerated().first { $0.element.0 != $0.element.1 }
    throw OtherClasses(
      path: path, counts: [trained.count, names.count],
      first: place.map { ($0.offset + 1, $0.element.0, $0.element.1) })
  }
}

/// Weights whose classes are not those that are asked for.
struct OtherClasses: Error, CustomStringConvertible {
  let path: String
  /// The number of classes of the weights, and of the list.
  let counts: [Int]
  /// The first place that differs: its id, the weights' class, the list's.
  let first: (id: Int, trained: String, listed: String)?

  var description: String {
    let difference =
      first.map { "class \($0.id) is \($0.trained.printable) there, but \($0.listed.printable) in the list" }
      ?? "it has \(counts[0]) classes, but the list has \(counts[1])"
    return "\(path.printable): was trained for other classes (\(difference)); restore the class list"
  }
}
