import Autograd
import TestSupport
import Testing

@testable import Fuzzing

@Suite struct FuzzedReaderTests {
  /// The names of all readers.
  static let names = FuzzedReaders.all.map { $0.name }

  @Test(arguments: names) func inputsDependOnSeedAndNumberAlone(name: String) throws {
    try withReader(name) { reader in
      try withReader(name) { again in
        let (first, second) = (FuzzInputs(of: reader, seed: 5), FuzzInputs(of: again, seed: 5))
        let other = FuzzInputs(of: reader, seed: 6)
        let numbers = reader.corpus.count..<reader.corpus.count + 40
        #expect(numbers.map { first[$0] } == numbers.reversed().map { second[$0] }.reversed())
        #expect(numbers.contains { first[$0] != other[$0] })
        #expect(Set(numbers.map { first[$0] }).count > 20)
        #expect(reader.corpus.indices.allSatisfy { first[$0] == reader.corpus[$0] })
      }
    }
  }

  /// Mutations of what is refused anyway would try little of a reader.
  @Test(arguments: names) func readersAcceptMostOfTheirCorpus(name: String) throws {
    try withReader(name) { reader in
      let accepted = reader.corpus.map { input in (try? reader.read(input)()) != nil }
      #expect(accepted.first == true)
      #expect(2 * accepted.count { $0 } >= accepted.count, "\(accepted)")
    }
  }

  @Test func chunksMakeTheFileTheyComeFrom() throws {
    try withReader("png") { reader in
      for file in reader.corpus { #expect(PNGChunks(of: file).bytes == file) }
    }
  }

  @Test func segmentsMakeTheFileTheyComeFrom() throws {
    try withReader("jpeg") { reader in
      for file in reader.corpus {
        let segments = JPEGMutations.segments(of: file)
        #expect(Array(segments.joined()) == file)
        #expect(segments.count > 5)
        #expect(segments.dropFirst().allSatisfy { $0[0] == 0xFF })
      }
    }
  }

  private func withReader(_ name: String, _ body: (any FuzzedReader) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try body(#require(FuzzedReaders.named(name)).init(folder: folder))
    }
  }
}
