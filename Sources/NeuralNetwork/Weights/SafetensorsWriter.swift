public import Autograd
import Files

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
  /// the order of `entries`; equal input gives equal bytes. With `checksum`, the metadata hold a hash of all
  /// bytes, which `SafetensorsReader` verifies and other readers pass over.
  ///
  /// - Precondition: names are unique.
  /// - Throws: `WeightFileError.cannotWrite`.
  public static func write(
    _ entries: [Entry], metadata: [String: String] = [:], checksum: Bool = true, to path: String
  ) throws(WeightFileError) {
    precondition(
      Set(entries.map(\.name)).count == entries.count, "safetensors: two tensors have the same name")
    let sorted = entries.sorted {
      $0.type == $1.type ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : $0.type.rank < $1.type.rank
    }
    do throws(AtomicFile.Failure) {
      let file = try AtomicFile(path)
      try file.write(checksum ? checkedHeader(sorted, metadata) : header(sorted, metadata))
      for entry in sorted {
        try file.write(entry.tensor.withUnsafeScalars { entry.type.encode($0) })
      }
      try file.commit()
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
  }

  /// Writes named tensors as `F32`.
  ///
  /// - Throws: `WeightFileError.cannotWrite`.
  public static func write(
    _ entries: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String
  ) throws(WeightFileError) {
    try write(entries.map { Entry($0.name, $0.tensor) }, metadata: metadata, to: path)
  }

  /// The header with the hash of itself and of all values in its metadata.
  private static func checkedHeader(_ entries: [Entry], _ metadata: [String: String]) -> [UInt8] {
    var metadata = metadata
    metadata[SafetensorsChecksum.key] = SafetensorsChecksum.placeholder
    var header = header(entries, metadata)
    var hash = XXH64()
    hash.update(header)
    for entry in entries {
      entry.tensor.withUnsafeScalars { values in
        if entry.type == .float32 {
          hash.update(UnsafeRawBufferPointer(values))
        } else {
          hash.update(entry.type.encode(values))
        }
      }
    }
    SafetensorsChecksum.set(hash.hex, in: &header)
    return header
  }

  private static func header(_ entries: [Entry], _ metadata: [String: String]) -> [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .text($0.value)) }
      members.append(JSON.Member("__metadata__", .object(pairs)))
    }
    var offset = 0
    for entry in entries {
      let end = offset + entry.tensor.count * entry.type.size
      let fields: JSON = [
        "dtype": .text(entry.type.rawValue), "shape": .list(entry.tensor.shape.map { JSON($0) }),
        "data_offsets": [JSON(offset), JSON(end)],
      ]
      members.append(JSON.Member(entry.name, fields))
      offset = end
    }
    var text = Array(JSON.object(members).compact.utf8)
    // Spaces up to a multiple of eight, so that the data is aligned in memory.
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
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
