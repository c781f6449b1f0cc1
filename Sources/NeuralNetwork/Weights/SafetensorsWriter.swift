public import Autograd
import Foundation

/// Writes safetensors files that huggingface's reference implementation would write byte for byte.
public enum SafetensorsWriter {
  /// One tensor to write.
  public struct Entry: Sendable {
    /// The name in the file.
    public var name: String
    /// The values, in file order.
    public var tensor: Tensor
    /// The element type in the file; values are rounded to it.
    public var type: ScalarType

    /// `tensor` under `name`.
    public init(_ name: String, _ tensor: Tensor, type: ScalarType = .float32) {
      self.name = name
      self.tensor = tensor
      self.type = type
    }
  }

  /// Writes `entries` to `path`, replacing an existing file only when the new one is complete on disk.
  ///
  /// Tensors are ordered as the reference implementation orders them, by type and then by name, whatever
  /// the order of `entries`; equal input gives equal bytes.
  ///
  /// - Precondition: names are unique.
  /// - Throws: `WeightFileError.cannotWrite`.
  public static func write(
    _ entries: [Entry], metadata: [String: String] = [:], to path: String
  ) throws(WeightFileError) {
    precondition(
      Set(entries.map(\.name)).count == entries.count, "safetensors: two tensors have the same name")
    let sorted = entries.sorted {
      $0.type == $1.type ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : $0.type.rank < $1.type.rank
    }
    let file = try AtomicFile(path)
    try file.write(header(sorted, metadata))
    for entry in sorted {
      try file.write(entry.tensor.withUnsafeScalars { entry.type.encode($0) })
    }
    try file.commit()
  }

  /// Writes named tensors as `F32`.
  ///
  /// - Throws: `WeightFileError.cannotWrite`.
  public static func write(
    _ entries: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String
  ) throws(WeightFileError) {
    try write(entries.map { Entry($0.name, $0.tensor) }, metadata: metadata, to: path)
  }

  private static func header(_ entries: [Entry], _ metadata: [String: String]) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      let end = offset + entry.tensor.count * entry.type.size
      let shape = entry.tensor.shape.map(String.init).joined(separator: ",")
      fields.append(
        """
        \(quoted(entry.name)):{"dtype":"\(entry.type.rawValue)","shape":[\(shape)],\
        "data_offsets":[\(offset),\(end)]}
        """)
      offset = end
    }
    var text = Array("{\(fields.joined(separator: ","))}".utf8)
    // Spaces up to a multiple of eight, so that the data is aligned in memory.
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension ScalarType {
  /// The place in the reference implementation's order of tensors, widest types first.
  fileprivate var rank: Int {
    switch self {
    case .int64: 0
    case .float32: 1
    case .bfloat16: 2
    case .float16: 3
    }
  }
}

/// A file that takes its name only when all of it is on disk.
private final class AtomicFile {
  private let path: String
  private let temporaryPath: String
  private var descriptor: Int32

  init(_ path: String) throws(WeightFileError) {
    self.path = path
    temporaryPath = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    if descriptor < 0 { throw failure() }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporaryPath)
  }

  func write(_ bytes: [UInt8]) throws(WeightFileError) {
    var position = 0
    while position < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Foundation.write(descriptor, buffer.baseAddress.map { $0 + position }, buffer.count - position)
      }
      if written < 0, errno != EINTR { throw failure() }
      position += max(written, 0)
    }
  }

  func commit() throws(WeightFileError) {
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else { throw failure() }
    close(descriptor)
    descriptor = -1
  }

  private func failure() -> WeightFileError {
    .cannotWrite(path: path, reason: String(cString: strerror(errno)))
  }
}
