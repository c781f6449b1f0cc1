import Autograd
import Imaging
import TestSupport
import Testing
import WeakSupervision

@testable import Methods

@Suite struct OnlineLabelsTests {
  private let band = TrustedLabels(lower: 0.25, upper: 0.7)

  /// A picture of 8 × 6 pixels, dark on the left and bright on the right.
  private var image: Image {
    Image(width: 8, height: 6, pixels: (0..<8 * 6 * 3).map { $0 / 3 % 8 < 4 ? 30 : 220 })
  }

  /// Maps of two classes by the column of the pixel.
  private func maps(_ value: (_ column: Int) -> (Float, Float)) -> Tensor {
    Tensor((0..<48).flatMap { [value($0 % 8).0, value($0 % 8).1] }, shape: [6, 8, 2])
  }

  @Test func withoutRefinersTheBandDecides() {
    let maps = maps { $0 < 2 ? (0.1, 0.05) : $0 < 4 ? (0.2, 0.5) : $0 < 6 ? (0.5, 0.3) : (0.2, 0.9) }
    let labels = OnlineLabels(band: band, refiners: [])(maps, classes: [3, 11], image: image)
    // The halved columns hold the four cases; doubling them again mixes neighbours at a quarter each.
    let row = Array(labels[0..<8])
    #expect(row[0] == 0 && row[2] == 255 && row[5] == 255 && row[7] == 12)
    #expect(labels == Array(repeating: row, count: 6).flatMap { $0 })
  }

  /// The same labels whether both backgrounds go through PAR together or each by itself.
  @Test func bothBackgroundsAreRefinedAsEachAlone() {
    let maps = maps { (Float($0) / 7, 1 - Float($0) / 7) }
    var par = PAR()
    par.dilations = [1, 2]
    let together = OnlineLabels(band: band, refiners: [par])(maps, classes: [0, 5], image: image)
    let upper = OnlineLabels(band: .init(lower: 0.7, upper: 0.7), refiners: [par])
    let lower = OnlineLabels(band: .init(lower: 0.25, upper: 0.25), refiners: [par])
    let (high, low) = (
      upper(maps, classes: [0, 5], image: image), lower(maps, classes: [0, 5], image: image)
    )
    let expected = zip(high, low).map { $0 > 0 ? $0 : $1 > 0 ? 255 : 0 }
    #expect(together == expected)
    #expect(Set(together).count > 1)
  }

  @Test func refinementFollowsTheOutline() {
    // Class 2 reaches over the edge in the picture by one of four halved columns.
    let maps = maps { $0 >= 2 ? (1, 0) : (0, 0) }
    var par = PAR()
    par.dilations = [1]
    par.iterations = 20
    let plain = OnlineLabels(band: band, refiners: [])(maps, classes: [2, 4], image: image)
    let refined = OnlineLabels(band: band, refiners: [par])(maps, classes: [2, 4], image: image)
    #expect(plain[0..<8] == [0, 255, 3, 3, 3, 3, 3, 3])
    // The low background loses on the dark side as well: half of it is sure of the class.
    #expect(refined[0..<8] == [255, 255, 255, 255, 3, 3, 3, 3])
  }

  @Test func anImageWithoutClassesIsBackground() {
    let labels = OnlineLabels(band: band)(Tensor.zeros([6, 8, 0]), classes: [], image: image)
    #expect(labels == [Float](repeating: 0, count: 48))
  }
}
