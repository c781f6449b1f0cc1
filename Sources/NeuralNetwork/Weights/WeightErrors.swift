public import Autograd
import Files

/// What can be wrong with a weight file.
public enum WeightFileError: Error, Sendable, Equatable {
  case cannotRead(path: String, reason: String)
  case foreign(path: String, format: ForeignFormat)
  case truncated(path: String, needed: Int, found: Int)
  case badHeader(path: String, reason: String)
  case unsupportedType(path: String, name: String, type: String)
  case badShape(path: String, name: String, shape: [Int])
  case badOffsets(path: String, name: String, offsets: [Int])
  case wrongSize(path: String, name: String, expected: Int, found: Int)
  case overlap(path: String, name: String, other: String)
  case hole(path: String, offset: Int, length: Int)
  case noSuchTensor(path: String, name: String)
  case notFloating(path: String, name: String, type: String)
  case badValue(path: String, name: String, found: String, expected: String)
  case cannotWrite(path: String, reason: String)
  case wrongChecksum(path: String)
}

extension WeightFileError: CustomStringConvertible {
  /// Where, what, what to do; in one line that holds nothing but text.
  public var description: String { wording.printable }

  private var wording: String {
    switch self {
    case .foreign(let path, let format):
      "\(path): is \(format.rawValue); \(format.remedy)"
    case .notFloating(let path, let name, let type):
      """
      \(path): tensor \(Self.short(name)) has type \(type), but weights have fractions; \
      name a file that is not quantised
      """
    case .badValue(let path, let name, let found, let expected):
      """
      \(path): tensor \(Self.short(name)) holds \(found), where \(expected); \
      use a file that is not damaged
      """
    case .cannotRead(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .truncated(let path, let needed, let found):
      "\(path): truncated: the header promises \(needed) bytes but the file has \(found); copy it again"
    case .badHeader(let path, let reason):
      "\(path): not a safetensors file (\(reason)); convert the weights to safetensors"
    case .unsupportedType(let path, let name, let type):
      """
      \(path): tensor \(Self.short(name)) has type \(Self.short(type)), which is not supported; \
      convert it to F32, F64, F16 or BF16
      """
    case .badShape(let path, let name, let shape):
      """
      \(path): tensor \(Self.short(name)) has the impossible shape \(Self.short("\(shape)")); \
      write the file again
      """
    case .badOffsets(let path, let name, let offsets):
      """
      \(path): tensor \(Self.short(name)) has the impossible offsets \(Self.short("\(offsets)")); \
      write the file again
      """
    case .wrongSize(let path, let name, let expected, let found):
      """
      \(path): tensor \(Self.short(name)) needs \(expected) bytes but its offsets span \(found); \
      write the file again
      """
    case .overlap(let path, let name, let other):
      "\(path): tensors \(Self.short(name)) and \(Self.short(other)) overlap; write the file again"
    case .hole(let path, let offset, let length):
      "\(path): \(length) bytes at offset \(offset) belong to no tensor; write the file again"
    case .noSuchTensor(let path, let name):
      "\(path): holds no tensor called \(Self.short(name)); check that the file belongs to this model"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); check the folder, free space and permissions"
    case .wrongChecksum(let path):
      "\(path): is damaged (its bytes do not match the checksum in it); copy it again, or make it again"
    }
  }

  /// A name as it is shown: cut where it is longer than a line.
  public static func short(_ name: String) -> String {
    name.unicodeScalars.count > 120 ? "\(String(name.unicodeScalars.prefix(120)))…" : name
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
  /// A number of steps that is none.
  case badCount(name: String, found: Float)
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
    let shown = names.prefix(6).map { WeightFileError.short($0).printable }.joined(separator: ", ")
    return "\(names.count): \(shown)\(names.count > 6 ? ", …" : "")"
  }
}

extension WeightLoadError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .badCount(let name, let found):
      "optimizer state: \(name.printable) is \(found), which is no number of steps; use another checkpoint"
    case .mismatch(let source, let report):
      """
      \(source.printable): does not fit the model: \(report); \
      choose the model that the weights were made for
      """
    }
  }
}
