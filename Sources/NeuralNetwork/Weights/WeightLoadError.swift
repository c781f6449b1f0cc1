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

extension LoadReport: CustomStringConvertible {
  /// What is missing, unused and mis-shaped, in one line; empty if nothing is.
  public var description: String {
    var parts: [String] = []
    if !missing.isEmpty { parts.append("missing \(Self.list(missing))") }
    if !unused.isEmpty { parts.append("unused \(Self.list(unused))") }
    if !misshaped.isEmpty {
      parts.append(
        "mis-shaped \(Self.list(misshaped.map { "\($0.name) is \($0.found), not \($0.expected)" }))")
    }
    return parts.joined(separator: "; ")
  }

  /// The number of names and the first of them.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(6).joined(separator: ", ")
    return "\(names.count): \(shown)\(names.count > 6 ? ", …" : "")"
  }
}

extension WeightLoadError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .mismatch(let source, let report):
      """
      \(source): does not fit the model: \(report); \
      choose the model that the weights were made for, or declare the names that may differ
      """
    }
  }
}
