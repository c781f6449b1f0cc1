import Autograd
import Imaging
import Testing

@testable import Training

@Suite struct ViewScoresTests {
  private let image = Image(
    width: 150, height: 230,
    pixels: (0..<3 * 150 * 230).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 11) })

  private func view(_ image: Image, isMirrored: Bool = false, _ height: Int, _ width: Int) -> ViewScores {
    ViewScores(image, isMirrored: isMirrored, height: height, width: width, side: 64) { window in
      Tensor(window.pixels.map { Float($0) / 3 }, shape: [window.height, window.width, 3])
    }
  }

  /// At its own size, larger and smaller.
  @Test(arguments: [(230, 150), (301, 260), (90, 33)], [1, 7, 100])
  func stripsAreThoseOfTheWhole(size: (Int, Int), step: Int) {
    let (height, width) = size
    let whole = view(image, height, width).rows(0..<height)
    #expect(whole.shape == [height, width, 3])
    let view = view(image, height, width)
    let strips = stride(from: 0, to: height, by: step).map { view.rows($0..<min(height, $0 + step)) }
    #expect(Tensor.concatenated(strips, axis: 0).scalars == whole.scalars)
  }

  @Test func aMirroredViewIsThatOfTheMirrorImageMirroredBack() {
    let mirrored = view(image, isMirrored: true, 230, 150).rows(0..<230)
    let other = view(image.flippedHorizontally, 230, 150).rows(0..<230)
    #expect(mirrored.scalars == other.flipped(axis: 1).scalars)
  }

  @Test func aViewWithinOneWindowIsTakenInOnePass() {
    let small = image.cropped(x: 0, y: 0, width: 40, height: 60)
    let view = view(small, 60, 40)
    let whole = small.pixels.map { Float($0) / 3 }
    #expect(view.rows(0..<31).scalars + view.rows(31..<60).scalars == whole)
  }
}
