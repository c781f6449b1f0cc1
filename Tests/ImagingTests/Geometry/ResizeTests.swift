import Autograd
import Imaging
import TestSupport
import Testing

@Suite struct ResizeTests {
  static let sizes = [(20, 14), (47, 31), (13, 37), (41, 33), (48, 29), (100, 7), (1, 1), (31, 22)]
    .map { Size(width: $0.0, height: $0.1) }

  struct Size: CustomTestStringConvertible {
    let width: Int
    let height: Int
    var testDescription: String { "\(width)x\(height)" }
  }

  private func source() throws -> Image {
    let tensor = try Golden("resize")["source"]
    return Image(width: tensor.shape[1], height: tensor.shape[0], pixels: tensor.bytes)
  }

  @Test(arguments: [ImageFilter.nearest, .bilinear, .bicubic], sizes)
  func bytesEqualPillow(_ filter: ImageFilter, _ size: Size) throws {
    let resized = try source().resized(width: size.width, height: size.height, filter)
    #expect(resized.pixels == (try Golden("resize")["\(filter).\(size.testDescription)"].bytes))
  }

  @Test(arguments: sizes)
  func plainBilinearEqualsPyTorch(_ size: Size) throws {
    let resized = try source().resized(width: size.width, height: size.height, .bilinearPlain)
    let expected = try Golden("resize")["bilinearPlain.\(size.testDescription)"].bytes
    // Another order of the same four products may fall on the other side of a half.
    let differences = zip(resized.pixels, expected).map { abs(Int($0) - Int($1)) }
    #expect(differences.allSatisfy { $0 <= 1 })
    #expect(differences.reduce(0, +) <= max(1, differences.count / 500))
  }

  @Test(arguments: [NearestRule.center, .floor], sizes)
  func masksEqualPillowAndPyTorch(_ rule: NearestRule, _ size: Size) throws {
    let golden = try Golden("resize")
    let source = LabelMap(width: 41, height: 29, ids: try golden["labels"].bytes)
    let resized = source.resized(width: size.width, height: size.height, rule)
    #expect(resized.ids == (try golden["labels.\(rule).\(size.testDescription)"].bytes))
    #expect((resized.width, resized.height) == (size.width, size.height))
  }

  @Test(arguments: ImageFilter.allCases)
  func sameSizeChangesNothing(_ filter: ImageFilter) throws {
    let source = try source()
    #expect(source.resized(width: 41, height: 29, filter) == source)
  }

  @Test(arguments: ImageFilter.allCases)
  func plainColourStaysPlain(_ filter: ImageFilter) {
    let image = Image(width: 9, height: 14, color: Color(3, 200, 255))
    #expect(
      image.resized(width: 23, height: 5, filter) == Image(width: 23, height: 5, color: Color(3, 200, 255)))
  }

  @Test func nearestRulesPickTheStatedIndices() {
    let map = LabelMap(width: 4, height: 1, ids: [0, 1, 2, 3])
    #expect(map.resized(width: 2, height: 1, .floor).ids == [0, 2])
    #expect(map.resized(width: 2, height: 1, .center).ids == [1, 3])
  }
}
