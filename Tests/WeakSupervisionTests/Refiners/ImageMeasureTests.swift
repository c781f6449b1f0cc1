import Autograd
import Imaging
import Testing

@testable import WeakSupervision

@Suite struct ImageMeasureTests {
  private func image(_ width: Int, _ height: Int, _ grey: (_ row: Int, _ column: Int) -> UInt8) -> Image {
    Image(
      width: width, height: height,
      pixels: (0..<height).flatMap { row in
        (0..<width).flatMap { [UInt8](repeating: grey(row, $0), count: 3) }
      })
  }

  @Test func widthsFollowTheLongerSide() {
    let tall = image(100, 250) { _, _ in 0 }
    #expect(tall.widthFactor(reference: 500) == 0.5)
    #expect(tall.widthFactor(reference: 0) == 1)
  }

  @Test func flatSurfacesHaveNoTexture() {
    #expect(image(40, 30) { _, _ in 97 }.texture == 0)
  }

  /// Windows of 3 × 3 hold five of one colour and four of the other: a deviation of 40 · √20 / 9.
  @Test func aChequeredSurfaceHasTheDeviationOfItsColours() {
    let board = image(60, 60) { ($0 + $1).isMultiple(of: 2) ? 100 : 140 }
    #expect(abs(board.texture - 40 * Float(20).squareRoot() / 9) < 1e-4)
  }

  @Test func oneOutlineIsNoTexture() {
    #expect(image(60, 60) { _, column in column < 30 ? 20 : 200 }.texture == 0)
  }

  @Test(arguments: [(1, 1), (1, 50), (2, 3)]) func smallImagesHaveOne(width: Int, height: Int) {
    #expect(image(width, height) { row, _ in UInt8(row) }.texture.isFinite)
  }
}
