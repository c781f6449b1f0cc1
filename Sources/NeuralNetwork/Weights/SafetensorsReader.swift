public import Autograd
import Foundation

/// A safetensors file, mapped into memory; every offset is checked before a byte is used.
///
/// Format: 8 bytes little-endian header length, a JSON header, then row-major data without holes
/// (huggingface/safetensors, README).
public final class SafetensorsReader {
  /// One tensor of the file.
  public struct Entry: Sendable {
    /// The extents in the file.
    public let shape: Shape
    /// The name of the element type: F32, F16, BF16 or I64.
    public let type: String
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

  /// Opens and validates the file.
  ///
  /// - Throws: `WeightFileError` if the file cannot be read or is not well-formed.
  public init(path: String) throws(WeightFileError) {
    self.path = path
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw .cannotRead(path: path, reason: (error as NSError).localizedFailureReason ?? "no such file")
    }
    guard data.count >= 8 else { throw .truncated(path: path, needed: 8, found: data.count) }
    let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= 100 << 20 else { throw .badHeader(path: path, reason: "a header of \(length) bytes") }
    dataStart = 8 + Int(length)
    guard data.count >= dataStart else {
      throw .truncated(path: path, needed: dataStart, found: data.count)
    }
    let object = try? JSONSerialization.jsonObject(with: data.subdata(in: 8..<dataStart))
    guard let header = object as? [String: Any] else {
      throw .badHeader(path: path, reason: "the header is not a JSON object")
    }
    metadata = header["__metadata__"] as? [String: String] ?? [:]
    entries = try Self.entries(of: header, path: path, available: data.count - dataStart)
  }

  /// The tensor called `name`, converted to `Float`, in file order.
  ///
  /// - Throws: `WeightFileError` if there is none.
  public func tensor(_ name: String) throws(WeightFileError) -> Tensor {
    guard let entry = entries[name] else { throw .noSuchTensor(path: path, name: name) }
    let start = dataStart + entry.range.lowerBound
    return data.withUnsafeBytes { bytes in
      Tensor(shape: entry.shape) { out in
        for index in out.indices {
          out[index] =
            switch entry.type {
            case "F32": Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self)))
            case "F16":
              Float(Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 2 * index, as: UInt16.self))))
            case "BF16":
              Float(bitPattern: UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 2 * index, as: UInt16.self))) << 16)
            default: Float(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8 * index, as: Int64.self)))
            }
        }
      }
    }
  }

  private static func entries(
    of header: [String: Any], path: String, available: Int
  ) throws(WeightFileError) -> [String: Entry] {
    var entries: [String: Entry] = [:]
    for (name, value) in header where name != "__metadata__" {
      guard let fields = value as? [String: Any], let type = fields["dtype"] as? String,
        let extents = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int]
      else {
        throw .badHeader(path: path, reason: "the entry of \(name) lacks dtype, shape or data_offsets")
      }
      guard let size = ["F32": 4, "F16": 2, "BF16": 2, "I64": 8][type] else {
        throw .unsupportedType(path: path, name: name, type: type)
      }
      guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], extents.allSatisfy({ $0 >= 0 }),
        Shape(extents).elementCount * size == offsets[1] - offsets[0]
      else {
        throw .badOffsets(path: path, name: name)
      }
      guard offsets[1] <= available else {
        throw .truncated(path: path, needed: offsets[1], found: available)
      }
      entries[name] = Entry(shape: Shape(extents), type: type, range: offsets[0]..<offsets[1])
    }
    return entries
  }
}
