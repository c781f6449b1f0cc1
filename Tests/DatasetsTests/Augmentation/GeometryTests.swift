import Autograd
import Datasets
import Imaging
import TestSupport
import Testing

@Suite struct GeometryTests {
  /// Scaled down or up, flipped, padded and cropped at once.
  static let cases: [Geometry] = [
    Geometry(
      sourceWidth: 20, sourceHeight: 14, scaledWidth: 50, scaledHeight: 35, isFlipped: true, cropLeft: 7,
      cropTop: 3, width: 32, height: 30),
    Geometry(
      sourceWidth: 20, sourceHeight: 14, scaledWidth: 10, scaledHeight: 7, padLeft: 5, padTop: 9, width: 32,
      height: 32),
    Geometry(
      sourceWidth: 20, sourceHeight: 14, scaledWidth: 40, scaledHeight: 28, isFlipped: true, padTop: 2,
      cropLeft: 8, width: 24, height: 32),
  ]

  @Test(arguments: ["larger", "smaller", "mixed"]) func equalsPillow(name: String) throws {
    let golden = try Golden("geometry")
    let numbers = try golden[name + ".case"].scalars.map { Int($0) }
    let geometry = Geometry(
      sourceWidth: 23, sourceHeight: 17, scaledWidth: numbers[0], scaledHeight: numbers[1],
      isFlipped: numbers[2] == 1, padLeft: numbers[3], padTop: numbers[4], cropLeft: numbers[5],
      cropTop: numbers[6], width: numbers[7], height: numbers[8])
    // Both passes of Pillow sum at most 2 · 3 weighted values of up to 255 in single precision.
    expectClose(
      geometry.applied(to: try golden["source"], outside: -1), try golden[name],
      tolerance: tolerance(terms: 6, scale: 255))
    let mask = LabelMap(width: 23, height: 17, ids: try golden["mask"].scalars.map { UInt8($0) })
    #expect(geometry.applied(to: mask).ids == (try golden[name + ".mask"].scalars.map { UInt8($0) }))
  }

  @Test(arguments: cases) func mapAndMaskMoveTogether(geometry: Geometry) {
    // The map holds each pixel's column and row, the mask the same as ids.
    let (width, height) = (geometry.sourceWidth, geometry.sourceHeight)
    let coordinates = Tensor(
      (0..<width * height).flatMap { [Float($0 % width), Float($0 / width)] }, shape: [height, width, 2])
    let columns = LabelMap(width: width, height: height, ids: (0..<width * height).map { UInt8($0 % width) })
    let rows = LabelMap(width: width, height: height, ids: (0..<width * height).map { UInt8($0 / width) })
    let moved = geometry.applied(to: coordinates, outside: -1).scalars
    let movedColumns = geometry.applied(to: columns)
    let movedRows = geometry.applied(to: rows)
    // Both show what lies under one pixel of the result, which is as wide as the shrink factor.
    let bound = 0.5 * max(1, Float(width) / Float(geometry.scaledWidth)) + 0.01
    for index in 0..<geometry.width * geometry.height {
      let inside = geometry.box.contains(x: index % geometry.width, y: index / geometry.width)
      #expect((movedColumns.ids[index] != 255) == inside)
      #expect((moved[2 * index] >= 0) == inside)
      guard inside else { continue }
      #expect(abs(moved[2 * index] - Float(movedColumns.ids[index])) <= bound)
      #expect(abs(moved[2 * index + 1] - Float(movedRows.ids[index])) <= bound)
    }
  }

  @Test(arguments: cases) func imageAndMapMoveTogether(geometry: Geometry) {
    let (width, height) = (geometry.sourceWidth, geometry.sourceHeight)
    let pixels = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let image = Image(width: width, height: height, pixels: pixels)
    let map = Tensor(pixels.map { Float($0) }, shape: [height, width, 3])
    let expected = geometry.applied(to: map, outside: 9).scalars.map { UInt8($0.rounded()) }
    #expect(geometry.applied(to: image, padding: Color(9, 9, 9)).pixels == expected)
  }

  @Test(arguments: cases) func boxesFollowTheMask(geometry: Geometry) {
    var mask = LabelMap(width: 20, height: 14, ids: [UInt8](repeating: 0, count: 280))
    for y in 4..<12 { for x in 6..<16 { mask[x, y] = 1 } }
    let moved = geometry.applied(to: mask)
    let box = geometry.applied(to: Box(left: 6, top: 4, right: 16, bottom: 12))
    for y in 0..<moved.height {
      for x in 0..<moved.width { #expect((moved[x, y] == 1) == box.contains(x: x, y: y)) }
    }
  }

  @Test func nothingToDoLeavesAPictureAsItIs() {
    let image = Image(width: 5, height: 4, pixels: (0..<60).map { UInt8($0 * 4) })
    let geometry = Geometry(width: 5, height: 4)
    #expect(geometry.applied(to: image) == image)
    #expect(geometry.box == Box(left: 0, top: 0, right: 5, bottom: 4))
  }
}
