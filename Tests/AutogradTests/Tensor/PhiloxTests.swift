import Autograd
import Testing

@Suite struct PhiloxTests {
  /// The known answers that come with Random123 (`kat_vectors`, philox4x32 10).
  ///
  /// A stream's counter is its position in the low and its step in the high 64 bits.
  @Test(
    arguments: [
      (0, 0, 0, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (.max, .max, .max, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
      (
        0x299f_31d0_a409_3822, 0x0370_7344_1319_8a2e, 0x85a3_08d3_243f_6a88,
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [(UInt64, UInt64, UInt64, [UInt32])])
  func knownAnswers(key: UInt64, step: UInt64, position: UInt64, words: [UInt32]) {
    let block = Philox(key: key, step: step).block(at: position)
    #expect([block[0], block[1], block[2], block[3]] == words)
  }

  @Test func numbersComeFromTheBlocksInOrder() {
    var random = Philox(seed: 7, name: "layer", step: 3)
    let blocks = (0..<2).map { random.block(at: $0) }
    for block in blocks {
      #expect(random.next() == UInt64(block[0]) | UInt64(block[1]) << 32)
      #expect(random.next() == UInt64(block[2]) | UInt64(block[3]) << 32)
    }
  }

  @Test func seedNameAndStepEachMakeAnotherStream() {
    let streams = [
      Philox(seed: 1, name: "a", step: 1), Philox(seed: 2, name: "a", step: 1),
      Philox(seed: 1, name: "b", step: 1), Philox(seed: 1, name: "a", step: 2),
    ]
    #expect(Set(streams.map { $0.block(at: 0) }).count == 4)
  }

  @Test func uniformNumbersFillTheUnitInterval() {
    var random = Philox(seed: 1)
    let values = (0..<100_000).map { _ in random.uniform() }
    #expect(values.allSatisfy { 0 <= $0 && $0 < 1 })
    // Five standard deviations: 5 / √(12 · 100,000).
    #expect(abs(values.reduce(0) { $0 + Double($1) } / 100_000 - 0.5) < 0.0046)
  }

  @Test func normalNumbersHaveMeanZeroAndVarianceOne() {
    var random = Philox(seed: 1)
    let values = (0..<100_000).map { _ in Double(random.normal()) }
    #expect(abs(values.reduce(0, +) / 100_000) < 0.016)
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 100_000 - 1) < 0.023)
  }

  @Test func wholeNumbersStayInRangeAndReachItsEnds() {
    var random = Philox(seed: 1)
    #expect(Set((0..<1000).map { _ in random.integer(in: 3..<7) }) == [3, 4, 5, 6])
  }
}
