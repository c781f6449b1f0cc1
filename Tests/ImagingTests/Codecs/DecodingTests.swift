import Autograd
import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct DecodingTests {
  static let files = (try? FileManager.default.contentsOfDirectory(atPath: fixture("")))?.sorted() ?? []

  @Test(arguments: files.filter { $0 != "cmyk.jpg" })
  func pixelsEqualPillow(_ file: String) throws {
    let expected = try Golden("images")[file]
    let image = try Image(contentsOf: fixture(file))
    #expect([image.height, image.width, 3] == expected.shape.extents)
    if file == "rgba16.png" {
      // libpng rounds 16 bits to 8 where there is alpha, Pillow takes the high byte.
      #expect(zip(image.pixels, expected.bytes).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    } else {
      #expect(image.pixels == expected.bytes)
    }
  }

  /// `arithmetic.jpg` holds the coefficients of `420.jpg` in arithmetic coding.
  @Test func arithmeticCodingGivesTheSamePixels() throws {
    let image = try Image(contentsOf: Golden.directory + "/arithmetic.jpg")
    #expect(image == (try Image(contentsOf: fixture("420.jpg"))))
  }

  @Test(arguments: files.filter { $0.hasPrefix("palette") })
  func paletteIndicesAndColorsEqualPillow(_ file: String) throws {
    let golden = try Golden("images")
    let map = try LabelMap(contentsOf: fixture(file))
    #expect([map.height, map.width] == (try golden[file + ".ids"].shape.extents))
    #expect(map.ids == (try golden[file + ".ids"].bytes))
    let colors = map.palette.colors.flatMap { [$0.red, $0.green, $0.blue] }
    #expect(colors == Array(try golden[file + ".palette"].bytes.prefix(colors.count)))
    #expect(map.colored == (try Image(contentsOf: fixture(file))))
  }

  @Test(arguments: [
    "grey1.png", "grey2.png", "grey4.png", "grey8.png", "grey8-interlaced.png", "grey16-ids.png",
    "grey-alpha.png",
  ])
  func greyLevelsAreIds(_ file: String) throws {
    let map = try LabelMap(contentsOf: fixture(file))
    #expect(map.ids == (try Golden("images")[file + ".ids"].bytes))
    #expect(map.palette == .voc)
  }

  @Test func nameDoesNotMatter() throws {
    try withTemporaryFolder { folder in
      try Data(try contents(fixture("420.jpg"))).write(to: URL(fileURLWithPath: folder + "/a.png"))
      #expect(try Image(contentsOf: folder + "/a.png") == Image(contentsOf: fixture("420.jpg")))
    }
  }

  @Test func rotationInExifIsApplied() throws {
    let image = try Image(contentsOf: fixture("rotated.jpg"))
    #expect((image.width, image.height) == (27, 41))
  }

  @Test func missingEndMarkerIsTolerated() throws {
    let whole = try contents(fixture("420.jpg"))
    #expect(try Image.decode(Array(whole.dropLast(2)), path: "a") == Image.decode(whole, path: "a"))
  }

  @Test func trailingBytesAreIgnored() throws {
    for file in ["420.jpg", "rgb.png"] {
      let whole = try contents(fixture(file))
      #expect(try Image.decode(whole + [0, 1, 2], path: "a") == Image.decode(whole, path: "a"))
    }
  }
}
