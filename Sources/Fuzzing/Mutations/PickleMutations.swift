import Autograd

/// Changes of a pickle's program.
enum PickleMutations {
  static let all: [Mutation] = [instruction, instruction, insert, insert, deep, again, length]

  private static let codes = Array("(NKMJCBXUTI])}{cRbsaueq rhjpgdlot0122F.LSV".utf8) + (0x80...0x9a)

  private static let instruction: Mutation = { bytes, random in
    guard let place = bytes.indices.randomElement(using: &random) else { return }
    bytes[place] = codes.randomElement(using: &random) ?? 0
  }

  private static let insert: Mutation = { bytes, random in
    let count = Int.random(in: 1...6, using: &random)
    let part = (0..<count).map { _ in codes.randomElement(using: &random) ?? 0 }
    bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
  }

  /// Nests tuples, lists or dictionaries very deeply.
  private static let deep: Mutation = { bytes, random in
    let count = [10, 1000, 200_000].randomElement(using: &random) ?? 10
    let part: [UInt8] =
      [[0x85], [0x85, 0x94], Array("](".utf8), Array("}(".utf8), Array("(t".utf8), Array("((".utf8)]
      .randomElement(using: &random) ?? []
    let place = Int.random(in: 0...bytes.count, using: &random)
    bytes.insert(contentsOf: Array(repeatElement(part, count: count / part.count).joined()), at: place)
  }

  /// Makes a value hold itself, or the same value many times over.
  private static let again: Mutation = { bytes, random in
    let parts: [[UInt8]] = [
      [0x5d, 0x94, 0x68, 0, 0x61], [0x7d, 0x94, 0x68, 0, 0x68, 0, 0x73], [0x68, 0, 0x86, 0x94],
      [0x68, 0, 0x68, 0, 0x86, 0x71, 0], [0x68, 1, 0x68, 1, 0x87, 0x71, 1],
    ]
    let times = [1, 30, 500].randomElement(using: &random) ?? 1
    let part = parts.randomElement(using: &random) ?? []
    bytes.insert(
      contentsOf: Array(repeatElement(part, count: times).joined()),
      at: Int.random(in: 0...bytes.count, using: &random))
  }

  /// Gives a text or an array a wrong length.
  private static let length: Mutation = { bytes, random in
    let places = bytes.indices.dropLast(4).filter { [0x58, 0x42, 0x43, 0x8c, 0x95].contains(bytes[$0]) }
    guard let place = places.randomElement(using: &random) else { return }
    let width = [0x58, 0x42].contains(bytes[place]) ? 4 : 1
    ByteMutations.set(
      ByteMutations.edge(width, bytes.count, &random), width, bigEndian: false, at: place + 1, in: &bytes)
  }
}
