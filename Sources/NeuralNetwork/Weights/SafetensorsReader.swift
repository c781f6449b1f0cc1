public import Autograd
import Foundation

/// A safetensors file, mapped into memory; every offset is checked before a byte is used.
///
/// Format: 8 bytes little-endian header length, a JSON header, then row-major little-endian data without
/// holes (huggingface/safetensors, README).
public final class SafetensorsReader {
  /// One tensor of the file.
  public struct Entry: Sendable {
    /// The extents in the file.
    public let shape: Shape
    /// The element type in the file.
    public let type: ScalarType
    /// The bytes, counted from the end of the header.
    let range: Range<Int>
  }

  /// Where the file is.
  public let path: String
  /// The tensors by name.
  public let entries: [String: Entry]
  /// The strings that the writer attached.
  public let metadata: [String: String]
  private let data: Data
  private let dataStart: Int

  /// The longest header that is accepted, as in the reference implementation.
  private static let longestHeader: UInt64 = 100_000_000

  /// Whether the file holds a checksum, which is verified.
  public var hasChecksum: Bool { metadata[SafetensorsChecksum.key] != nil }

  /// Opens and validates the file.
  ///
  /// - Throws: `WeightFileError` if the file cannot be read or is not well-formed.
  public init(path: String) throws(WeightFileError) {
    self.path = path
    data = try Self.map(path)
    guard data.count >= 8 else { throw .truncated(path: path, needed: 8, found: data.count) }
    let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= Self.longestHeader else {
      throw .badHeader(path: path, reason: "a header of \(length) bytes")
    }
    dataStart = 8 + Int(length)
    guard data.count >= dataStart else {
      throw .truncated(path: path, needed: dataStart, found: data.count)
    }
    let object = try? JSONSerialization.jsonObject(with: data.subdata(in: 8..<dataStart))
    guard let header = object as? [String: Any] else {
      throw .badHeader(path: path, reason: "the header is not a JSON object")
    }
    metadata = header["__metadata__"] as? [String: String] ?? [:]
    var entries: [String: Entry] = [:]
    for (name, value) in header where name != "__metadata__" {
      entries[name] = try Self.entry(name, value, path: path)
    }
    self.entries = entries
    try Self.checkCover(entries, path: path, available: data.count - dataStart)
    try SafetensorsChecksum.verify(data, headerEnd: dataStart, metadata, path: path)
  }

  /// The tensor called `name`, converted to `Float`, in file order.
  ///
  /// - Throws: `WeightFileError` if there is none.
  public func tensor(_ name: String) throws(WeightFileError) -> Tensor {
    guard let entry = entries[name] else { throw .noSuchTensor(path: path, name: name) }
    let start = dataStart + entry.range.lowerBound
    return data.withUnsafeBytes { bytes in
      Tensor(shape: entry.shape) { out in
        guard let base = bytes.baseAddress else { return }
        out.withUnsafeMutableBufferPointer { entry.type.decode(base + start, into: $0) }
      }
    }
  }

  private static func map(_ path: String) throws(WeightFileError) -> Data {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .cannotRead(path: path, reason: "no such file")
    }
    guard !isDirectory.boolValue else { throw .cannotRead(path: path, reason: "it is a folder") }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw .cannotRead(path: path, reason: (error as NSError).localizedFailureReason ?? "unknown reason")
    }
  }

  private static func entry(_ name: String, _ value: Any, path: String) throws(WeightFileError) -> Entry {
    guard let fields = value as? [String: Any], let typeName = fields["dtype"] as? String,
      let extents = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int]
    else {
      throw .badHeader(path: path, reason: "the entry of \(name) lacks dtype, shape or data_offsets")
    }
    guard let type = ScalarType(rawValue: typeName) else {
      throw .unsupportedType(path: path, name: name, type: typeName)
    }
    var size = type.size
    for extent in extents {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw .badShape(path: path, name: name, shape: extents) }
      size = product
    }
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
      throw .badOffsets(path: path, name: name, offsets: offsets)
    }
    guard offsets[1] - offsets[0] == size else {
      throw .wrongSize(path: path, name: name, expected: size, found: offsets[1] - offsets[0])
    }
    return Entry(shape: Shape(extents), type: type, range: offsets[0]..<offsets[1])
  }

  /// Checks that the tensors lie side by side and fill the file.
  private static func checkCover(
    _ entries: [String: Entry], path: String, available: Int
  ) throws(WeightFileError) {
    let sorted = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }
    let needed = sorted.last?.value.range.upperBound ?? 0
    var (end, previous) = (0, "")
    for (name, entry) in sorted {
      guard entry.range.lowerBound >= end else { throw .overlap(path: path, name: previous, other: name) }
      guard entry.range.lowerBound == end else {
        throw .hole(path: path, offset: end, length: entry.range.lowerBound - end)
      }
      (end, previous) = (entry.range.upperBound, name)
    }
    guard needed <= available else { throw .truncated(path: path, needed: needed, found: available) }
    guard needed == available else {
      throw .hole(path: path, offset: needed, length: available - needed)
    }
  }
}

/// The element types of weight files that are read and written.
public enum ScalarType: String, Sendable, CaseIterable {
  case float32 = "F32"
  case float16 = "F16"
  /// The upper half of a `Float`.
  case bfloat16 = "BF16"
  case int64 = "I64"

  /// The bytes of one element.
  public var size: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .int64: 8
    }
  }

  /// Reads little-endian elements at `bytes` into `out`.
  func decode(_ bytes: UnsafeRawPointer, into out: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .float32:
      UnsafeMutableRawPointer(out.baseAddress)?.copyMemory(from: bytes, byteCount: 4 * out.count)
    case .float16:
      for index in out.indices { out[index] = Float(bytes.element(index, Float16.self)) }
    case .bfloat16:
      for index in out.indices {
        out[index] = Float(bitPattern: UInt32(bytes.element(index, UInt16.self)) << 16)
      }
    case .int64:
      for index in out.indices { out[index] = Float(bytes.element(index, Int64.self)) }
    }
  }

  /// The little-endian bytes of `values`; floats are rounded to the nearest value of the type.
  func encode(_ values: UnsafeBufferPointer<Float>) -> [UInt8] {
    switch self {
    case .float32: Array(UnsafeRawBufferPointer(values))
    case .float16: values.map { Float16($0) }.withUnsafeBytes { Array($0) }
    case .bfloat16: values.map(Self.upperHalf).withUnsafeBytes { Array($0) }
    case .int64: values.map { Int64($0) }.withUnsafeBytes { Array($0) }
    }
  }

  /// The nearest bfloat16, ties to even; not-a-number stays so.
  private static func upperHalf(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
  }
}

extension UnsafeRawPointer {
  fileprivate func element<Element: BitwiseCopyable>(_ index: Int, _ type: Element.Type) -> Element {
    loadUnaligned(fromByteOffset: index * MemoryLayout<Element>.size, as: type)
  }
}
