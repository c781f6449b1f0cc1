import Autograd

/// Changes of a safetensors file in its header, whose length is made right again.
enum SafetensorsMutations {
  static let all: [Mutation] = [number, number, number, type, token, byte, copy, length]

  /// Changes the text of the header.
  private static func edit(_ bytes: inout [UInt8], _ body: (inout [UInt8]) -> Void) {
    guard bytes.count >= 8 else { return }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else { return }
    let end = 8 + Int(length)
    var header = Array(bytes[8..<end])
    body(&header)
    var file = [UInt8](repeating: 0, count: 8)
    ByteMutations.set(UInt64(header.count), 8, bigEndian: false, at: 0, in: &file)
    bytes = file + header + bytes[end...]
  }

  private static let number: Mutation = { bytes, random in
    edit(&bytes) { TextMutations.number(&$0, &random) }
  }

  private static let byte: Mutation = { bytes, random in
    edit(&bytes) { ByteMutations.any(&$0, &random) }
  }

  private static let type: Mutation = { bytes, random in
    let types = ["F32", "F16", "BF16", "I64", "F64", "I32", "U8", "BOOL", "F8_E4M3", "", "f32"]
    let (old, new) = (types.randomElement(using: &random) ?? "", types.randomElement(using: &random) ?? "")
    edit(&bytes) { header in
      TextMutations.replace("\"\(old)\"", by: "\"\(new)\"", in: &header)
    }
  }

  private static let token: Mutation = { bytes, random in
    let tokens = TextMutations.tokens([
      "\"__metadata__\":{\"step\":\"1\"},", "\"__metadata__\":[],", "\"\":", "{}", "[", "]", "null", "-",
      "1e9",
      "\"x\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},", "\"shape\":[0],", "[[[[",
      "\"\\ud800\"",
    ])
    edit(&bytes) { tokens(&$0, &random) }
  }

  /// Repeats a part between two commas.
  private static let copy: Mutation = { bytes, random in
    edit(&bytes) { header in
      let commas = header.indices.filter { header[$0] == UInt8(ascii: ",") }
      guard let first = commas.randomElement(using: &random),
        let second = commas.randomElement(using: &random)
      else {
        return
      }
      header.insert(contentsOf: header[min(first, second)..<max(first, second)], at: second)
    }
  }

  private static let length: Mutation = { bytes, random in
    guard bytes.count >= 8 else { return }
    ByteMutations.set(ByteMutations.edge(8, bytes.count, &random), 8, bigEndian: false, at: 0, in: &bytes)
  }
}
