/// A 64-bit digest that tells whether a stage's inputs are the ones that its output was made from.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The digest of `parts`, in order.
  public init(_ parts: [String]) {
    // FNV-1a: the inputs are our own configuration text, so no adversary has to be kept out.
    for part in parts {
      for byte in part.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
      state = (state ^ 0xff) &* 0x100_0000_01b3
    }
  }

  public var description: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
