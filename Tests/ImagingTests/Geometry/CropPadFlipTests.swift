import Imaging
import Testing

@Suite struct CropPadFlipTests {
  private let image = testPicture(7, 5)
  private let map = LabelMap(width: 3, height: 2, ids: [1, 2, 3, 4, 5, 6])

  @Test func flipMirrorsEachRow() {
    let flipped = image.flippedHorizontally
    for y in 0..<5 {
      for x in 0..<7 { #expect(flipped[x, y] == image[6 - x, y]) }
    }
    #expect(flipped.flippedHorizontally == image)
    #expect(map.flippedHorizontally.ids == [3, 2, 1, 6, 5, 4])
  }

  @Test func cropTakesThePart() {
    let part = image.cropped(x: 2, y: 1, width: 4, height: 3)
    #expect((part.width, part.height) == (4, 3))
    for y in 0..<3 {
      for x in 0..<4 { #expect(part[x, y] == image[x + 2, y + 1]) }
    }
    #expect(map.cropped(x: 1, y: 0, width: 2, height: 2).ids == [2, 3, 5, 6])
  }

  @Test func padSurroundsThePicture() {
    let canvas = image.padded(width: 10, height: 9, x: 2, y: 3, with: Color(9, 8, 7))
    #expect(canvas.cropped(x: 2, y: 3, width: 7, height: 5) == image)
    #expect(canvas[1, 3] == Color(9, 8, 7) && canvas[9, 8] == Color(9, 8, 7))
    #expect(
      map.padded(width: 4, height: 4, x: 0, y: 1).ids
        == [255, 255, 255, 255, 1, 2, 3, 255, 4, 5, 6, 255, 255, 255, 255, 255])
  }

  @Test func cropOutsideTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = Image(width: 4, height: 4, color: .black).cropped(x: 2, y: 0, width: 3, height: 1)
    }
  }
}
