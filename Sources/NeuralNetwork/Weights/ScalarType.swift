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
