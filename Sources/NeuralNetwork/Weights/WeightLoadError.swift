public import Autograd

/// What a weight file and a model have in common, and what not.
public struct LoadReport: Sendable, Equatable {
  /// A tensor whose extents differ.
  public struct Misshaped: Sendable, Equatable {
    /// The name in the model.
    public let name: String
    /// The extents that the model needs, in file order.
    public let expected: Shape
    /// The extents in the file.
    public let found: Shape
  }

  /// The number of tensors that were taken over.
  public var loaded = 0
  /// Names of the model that the file lacks, in the model's order.
  public var missing: [String] = []
  /// Names of the file that the model lacks, sorted.
  public var unused: [String] = []
  /// Names that both have with different extents, in the model's order.
  public var misshaped: [Misshaped] = []

  /// Throws what is wrong, all of it together.
  func requireNothingWrong(source: String) throws(WeightLoadError) {
    if !missing.isEmpty || !unused.isEmpty || !misshaped.isEmpty {
      throw .mismatch(source: source, report: self)
    }
  }
}

/// Why weights could not be taken over; the model is then unchanged.
public enum WeightLoadError: Error, Sendable, Equatable {
  case file(WeightFileError)
  case mismatch(source: String, report: LoadReport)
}

extension WeightLoadError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): return error.description
    case .mismatch(let source, let report):
      var parts: [String] = []
      if !report.missing.isEmpty { parts.append("missing \(Self.list(report.missing))") }
      if !report.unused.isEmpty { parts.append("unused \(Self.list(report.unused))") }
      if !report.misshaped.isEmpty {
        let names = report.misshaped.map { "\($0.name) is \($0.found), not \($0.expected)" }
        parts.append("mis-shaped \(Self.list(names))")
      }
      return """
        \(source): does not fit the model: \(parts.joined(separator: "; ")); \
        choose the model that the weights were made for, or declare the names that may differ
        """
    }
  }

  /// The number of names and the first of them.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(6).joined(separator: ", ")
    return "\(names.count): \(shown)\(names.count > 6 ? ", …" : "")"
  }
}
