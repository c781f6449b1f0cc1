import Autograd

/// The inputs of a reader: a function of the seed and the number, so that each can be made again alone.
public struct FuzzInputs {
  /// The longest input in bytes; what a file of less than 1 MB may cost has a limit.
  static let longest = 1_000_000

  private let name: String
  private let corpus: [[UInt8]]
  private let mutations: [Mutation]
  private let seed: UInt64

  /// The inputs of `reader` under `seed`.
  public init(of reader: any FuzzedReader, seed: UInt64) {
    name = type(of: reader).name
    corpus = reader.corpus
    mutations = reader.mutations
    self.seed = seed
  }

  /// The input of a number from 0: the corpus as it is, then its mutations.
  public subscript(number: Int) -> [UInt8] {
    if number < corpus.count { return corpus[number] }
    var random = Philox(seed: seed, name: name, step: number)
    var bytes = corpus.randomElement(using: &random) ?? []
    repeat {
      switch Int.random(in: 0..<16, using: &random) {
      case 0: splice(&bytes, &random)
      case 1..<8: ByteMutations.any(&bytes, &random)
      default: (mutations.randomElement(using: &random) ?? ByteMutations.any)(&bytes, &random)
      }
    } while Int.random(in: 0..<3, using: &random) == 0
    return bytes.count < Self.longest ? bytes : Array(bytes.prefix(Self.longest - 1))
  }

  /// The beginning of the input with the end of another.
  private func splice(_ bytes: inout [UInt8], _ random: inout Philox) {
    let other = corpus.randomElement(using: &random) ?? []
    let cut = Int.random(in: 0...bytes.count, using: &random)
    // Half of the time at the same place, where files of one format have the same parts.
    let start =
      Bool.random(using: &random) ? min(cut, other.count) : Int.random(in: 0...other.count, using: &random)
    bytes = Array(bytes[..<cut] + other[start...])
  }
}
