import Imaging
import Testing

@Suite struct BarPlotTests {
  private func columns(of color: Color, in image: Image, row: Int) -> [Int] {
    (0..<image.width).filter { image[$0, row] == color }
  }

  /// The bars of two things: full, half, none, and to the left of 0.
  @Test func barsStandForValues() {
    let (first, second) = (Color(40, 92, 180), Color(196, 64, 48))
    let plot = BarPlot(
      names: ["a", "bb"],
      groups: [.init("up ↑", [1, 0.5]), .init("none", [nil, .nan]), .init("down ↓", [-1, 1])])
    let image = plot.image
    let (top, line) = (12 + 12, 12)
    let ups = columns(of: first, in: image, row: top).filter { $0 < image.width / 3 }
    #expect(ups.count == 180 && ups.first == 12 + 12 + 6)
    let halves = columns(of: second, in: image, row: top + line).filter { $0 < image.width / 3 }
    #expect(halves.count == 90 && halves.first == ups.first)
    let downs = columns(of: first, in: image, row: top).filter { $0 > 2 * image.width / 3 }
    let rights = columns(of: second, in: image, row: top + line).filter { $0 > 2 * image.width / 3 }
    #expect(downs.count == 90 && rights.count == 90 && downs.last.map { $0 + 1 } == rights.first)
  }

  @Test func nothingToCompareIsWhite() {
    let image = BarPlot(names: [], groups: []).image
    #expect(image.pixels.allSatisfy { $0 == 255 })
  }
}
