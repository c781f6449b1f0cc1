public import Autograd

/// What can be wrong with a weight file.
public enum WeightFileError: Error, Sendable, Equatable {
  case cannotRead(path: String, reason: String)
  case truncated(path: String, needed: Int, found: Int)
  case badHeader(path: String, reason: String)
  case unsupportedType(path: String, name: String, type: String)
  case badShape(path: String, name: String, shape: [Int])
  case badOffsets(path: String, name: String, offsets: [Int])
  case wrongSize(path: String, name: String, expected: Int, found: Int)
  case overlap(path: String, name: String, other: String)
  case hole(path: String, offset: Int, length: Int)
  case noSuchTensor(path: String, name: String)
  case cannotWrite(path: String, reason: String)
  case wrongChecksum(path: String)
}

extension WeightFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .truncated(let path, let needed, let found):
      "\(path): truncated: the header promises \(needed) bytes but the file has \(found); copy it again"
    case .badHeader(let path, let reason):
      "\(path): not a safetensors file (\(reason)); convert the weights to safetensors"
    case .unsupportedType(let path, let name, let type):
      "\(path): tensor \(name) has type \(type), which is not supported; convert it to F32, F16, BF16 or I64"
    case .badShape(let path, let name, let shape):
      "\(path): tensor \(name) has the impossible shape \(shape); write the file again"
    case .badOffsets(let path, let name, let offsets):
      "\(path): tensor \(name) has the impossible offsets \(offsets); write the file again"
    case .wrongSize(let path, let name, let expected, let found):
      "\(path): tensor \(name) needs \(expected) bytes but its offsets span \(found); write the file again"
    case .overlap(let path, let name, let other):
      "\(path): tensors \(name) and \(other) overlap; write the file again"
    case .hole(let path, let offset, let length):
      "\(path): \(length) bytes at offset \(offset) belong to no tensor; write the file again"
    case .noSuchTensor(let path, let name):
      "\(path): holds no tensor called \(name); check that the file belongs to this model"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); check the folder, free space and permissions"
    case .wrongChecksum(let path):
      "\(path): is damaged (its bytes do not match the checksum in it); copy it again, or make it again"
    }
  }
}

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
