import Autograd
import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct DrawingTests {
  @Test func overlayTintsObjectsAndOutlinesThem() {
    let image = Image(width: 5, height: 5, color: Color(100, 100, 100))
    var labels = LabelMap(width: 5, height: 5, ids: [UInt8](repeating: 0, count: 25))
    for y in 1...3 {
      for x in 1...3 { labels[x, y] = 1 }
    }
    let overlay = Overlay(image: image, labels: labels).image
    #expect(overlay[0, 0] == Color(100, 100, 100))
    #expect(overlay[1, 1] == Palette.voc[1])
    #expect(overlay[2, 2] == Color(114, 50, 50))
    let plain = Overlay(image: image, labels: labels, opacity: 0.25, outline: false).image
    #expect(plain[1, 1] == Color(107, 75, 75))
  }

  @Test func heatMapGoesFromBlueToRed() {
    let image = HeatMap(Tensor([-1, 0, 0.5, 1, 2, .nan], shape: [2, 3])).image
    #expect(image[0, 0] == image[1, 0] && image[0, 1] == image[1, 1] && image[2, 1] == image[0, 0])
    // The ends and the middle of the published Turbo table; the polynomial strays most at the ends.
    for (x, y, expected) in [
      (1, 0, Color(48, 18, 59)), (2, 0, Color(164, 252, 60)), (0, 1, Color(122, 4, 3)),
    ] {
      let color = image[x, y]
      let difference = [
        Int(color.red) - Int(expected.red), Int(color.green) - Int(expected.green),
        Int(color.blue) - Int(expected.blue),
      ]
      #expect(difference.allSatisfy { abs($0) <= 35 }, "\(color) instead of \(expected)")
    }
  }

  @Test func heatMapCoversThePictureWhereItIsStrong() {
    let picture = Image(width: 8, height: 8, color: .white)
    let over = HeatMap(Tensor([0, 1, 0, 1], shape: [2, 2])).over(picture, opacity: 1)
    #expect(over[7, 0].green < 30 && over[7, 0].red > 90)
    #expect(over[0, 0].green > 100)
  }

  @Test func textHasTheStatedSizeAndStaysInside() {
    let size = Image.textSize("Ag~", scale: 2)
    #expect(size == (36, 16))
    var image = Image(width: size.width, height: size.height, color: .white)
    image.draw("Ag~", x: 0, y: 0, scale: 2)
    let dark = image.pixels.count(where: { $0 == 0 })
    #expect(dark > 100)
    var clipped = Image(width: 10, height: 5, color: .white)
    clipped.draw("long text", x: -3, y: -2)
    #expect(clipped.pixels.contains(0))
  }

  @Test func everyLetterDiffersAndUnknownOnesAreQuestionMarks() {
    func drawn(_ text: String) -> Image {
      var image = Image(width: 6, height: 8, color: .white)
      image.draw(text, x: 0, y: 0)
      return image
    }
    let letters = (32...126).map { drawn(String(UnicodeScalar(UInt8($0)))) }
    #expect(Set(letters).count == 95)
    #expect(drawn("é") == drawn("?"))
  }

  @Test func gridPlacesTilesAndLegend() throws {
    var grid = PictureGrid(columns: 2, tileSize: 32, legend: [.init("cat", Palette.voc[8])])
    grid.append(Image(width: 64, height: 32, color: Color(10, 20, 30)), caption: "first of all")
    grid.append(LabelMap(width: 2, height: 2, ids: [8, 8, 8, 8]), caption: "b")
    grid.append(Image(width: 8, height: 16, color: Color(1, 2, 3)))
    let image = grid.image
    #expect((image.width, image.height) == (6 + 2 * 38, 6 + 2 * (32 + 12 + 6) + 16))
    // The flat picture stands at the bottom of its tile.
    #expect(image[6, 6] == .white && image[6, 6 + 16] == Color(10, 20, 30))
    #expect(image[6 + 38, 6] == Palette.voc[8])
    #expect(image.pixels.count > 0 && image[8, image.height - 14] == Palette.voc[8])
    try withTemporaryFolder { folder in
      try grid.writePNG(to: folder + "/grid.png")
      #expect(try Image(contentsOf: folder + "/grid.png") == image)
    }
  }

  @Test func gridShowsTheColorsOfHeatMaps() {
    var grid = PictureGrid(columns: 2, tileSize: 200)
    grid.append(Image(width: 8, height: 8, color: .black))
    grid.appendEmpty()
    let without = grid.image
    grid.colorBar = (low: "0", high: "1")
    let image = grid.image
    #expect(image.width == without.width && image.height == without.height + 16)
    // One letter and two margins to the left, 256 columns; the row begins 16 pixels above the end.
    let row = image.height - 16
    #expect(image[18, row] == HeatMap(Tensor([0], shape: [1, 1])).image[0, 0])
    #expect(image[273, row] == HeatMap(Tensor([1], shape: [1, 1])).image[0, 0])
    #expect(image[274, row] == .white && without[300, 100] == .white)
  }

  @Test func legendNamesTheClassesThatOccur() {
    let masks = [LabelMap(width: 3, height: 1, ids: [0, 2, 255]), LabelMap(width: 1, height: 1, ids: [1])]
    let legend = PictureGrid.legend(of: masks, names: ["background", "cat"])
    #expect(
      legend == [
        .init("cat", Palette.voc[1]), .init("class 2", Palette.voc[2]), .init("ignore", Palette.voc[255]),
      ])
  }

  @Test func curvesRunFromTheirLowestToTheirHighestValue() {
    let rising = (0...10).map { (x: Double($0) / 10, y: Double($0)) }
    let plot = CurvePlot([CurvePlot.Curve("rising", rising, mark: 0.5)], caption: "caption").image
    let red = Color(196, 64, 48)
    // The frame lies between 12 and 432 across, 12 and 272 down; curves keep 8 pixels from it.
    #expect(plot[12, 263] == red && plot[431, 20] == red && plot[138, 190] == red)
    #expect(plot[12, 20] != red && plot[431, 263] != red)
    let marked = (13..<271).count { plot[222, $0] == red }
    #expect(marked > 100, "the dashes of the mark")
  }

  @Test func curvesWithoutPointsAreNoError() {
    let plot = CurvePlot([CurvePlot.Curve("none", []), CurvePlot.Curve("one", [(x: 0.3, y: .nan)])])
    #expect(plot.image.width >= 444)
  }
}
