import Autograd
import Configuration
import Datasets
import Testing
import Training
import WeakSupervision

@testable import Methods

@Suite struct ContrastBandsTests {
  /// A map of 8 × 8 positions: a half of `low`, a quarter of `middle` and a quarter of `high`.
  private func map(_ low: Float, _ middle: Float, _ high: Float) -> Tensor {
    Tensor((0..<64).map { $0 < 32 ? low : $0 < 48 ? middle : high }, shape: [8, 8, 1])
  }

  private let box = Box(left: 0, top: 0, right: 8, bottom: 8)

  @Test func numbersStayAsTheyAre() {
    let bands = ContrastBands(low: 0.25, high: 0.7)
    bands.observe([ContrastMaps(final: map(0, 0.5, 1), auxiliary: map(0, 0.5, 1))], boxes: [box])
    #expect(!bands.learns && bands[.final].lower == 0.25 && bands[.auxiliary].upper == 0.7)
  }

  @Test func eachClassifiersMapsHaveTheirOwnBand() {
    let bands = ContrastBands(low: .word(.otsu), high: .word(.otsu))
    #expect(bands.learns && bands[.final].lower == 0 && bands[.final].upper == 1)
    bands.observe([ContrastMaps(final: map(0.1, 0.5, 0.9), auxiliary: map(0.1, 0.2, 0.4))], boxes: [box])
    #expect((0.1..<0.5).contains(bands[.final].lower) && (0.5..<0.9).contains(bands[.final].upper))
    #expect((0.1..<0.2).contains(bands[.auxiliary].lower) && (0.2..<0.4).contains(bands[.auxiliary].upper))
  }

  @Test func paddingIsNotLookedAt() throws {
    let (whole, cut) = (
      ContrastBands(low: .word(.otsu), high: .word(.otsu)),
      ContrastBands(low: .word(.otsu), high: .word(.otsu))
    )
    let maps = ContrastMaps(final: map(0.1, 0.5, 0.9), auxiliary: map(0.1, 0.5, 0.9))
    whole.observe([maps], boxes: [box])
    cut.observe([maps], boxes: [Box(left: 0, top: 0, right: 8, bottom: 6)])
    #expect(try whole.encoded != cut.encoded)
    // Without its last rows the map has two values, 0.1 and 0.5.
    #expect(cut[.final].upper <= 0.5 && whole[.final].upper > 0.5)
  }

  @Test func whatWasSeenReadsBack() throws {
    let (bands, read) = (
      ContrastBands(low: .word(.otsu), high: .word(.otsu)),
      ContrastBands(low: .word(.otsu), high: .word(.otsu))
    )
    bands.observe([ContrastMaps(final: map(0.1, 0.5, 0.9), auxiliary: map(0.1, 0.2, 0.4))], boxes: [box])
    try read.restore(bands.encoded)
    #expect(try read.encoded == bands.encoded)
    for source in ContrastBands.Source.allCases {
      #expect(read[source].lower == bands[source].lower && read[source].upper == bands[source].upper)
    }
  }
}
