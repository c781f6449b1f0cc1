import Autograd
import Imaging
import TestSupport
import Testing

@testable import Training

@Suite struct WindowGridTests {
  private func image(height: Int, width: Int) -> Image {
    let bytes = (0..<height * width * 3).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 11) }
    return Image(width: width, height: height, pixels: bytes)
  }

  /// The brightness of every pixel as the first class, and `second` as the other.
  private func scores(_ image: Image, second: Float) -> Tensor {
    let values = stride(from: 0, to: image.pixels.count, by: 3).flatMap { [Float(image.pixels[$0]), second] }
    return Tensor(values, shape: [image.height, image.width, 2])
  }

  @Test(arguments: [(64, 64), (65, 64), (100, 37), (300, 129), (64, 1000)])
  func windowsCoverTheImageAndOverlap(height: Int, width: Int) throws {
    let grid = WindowGrid(imageHeight: height, imageWidth: width, side: 64)
    for (starts, window, length) in [(grid.tops, grid.height, height), (grid.lefts, grid.width, width)] {
      #expect(window == min(64, length))
      #expect(starts.first == 0)
      #expect(starts.last == length - window)
      for (one, next) in zip(starts, starts.dropFirst()) {
        #expect(next > one)
        #expect(next - one <= window * 3 / 4)
      }
    }
  }

  @Test func anImageWithinOneWindowIsTakenWhole() {
    let whole = WindowGrid(imageHeight: 40, imageWidth: 60, side: 0)
    #expect(WindowGrid(imageHeight: 40, imageWidth: 60, side: 64) == whole)
    #expect((whole.tops, whole.lefts, whole.height, whole.width) == ([0], [0], 40, 60))
  }

  @Test func scoresOfSinglePixelsComeOutAsWithoutWindows() {
    let image = image(height: 90, width: 150)
    let grid = WindowGrid(imageHeight: 90, imageWidth: 150, side: 64)
    let mean = grid.mean(of: image) { scores($0, second: 1) }
    // Sums of whole numbers are exact, and so is the mean of equal ones.
    #expect(mean.scalars == scores(image, second: 1).scalars)
  }

  /// Each window says its own number; every pixel must have the mean of those that hold it.
  @Test func everyPixelHasTheMeanOfItsWindows() {
    let grid = WindowGrid(imageHeight: 90, imageWidth: 150, side: 64)
    var number: Float = 0
    let mean = grid.mean(of: image(height: 90, width: 150)) { part in
      defer { number += 1 }
      return scores(part, second: number)
    }
    let windows = grid.tops.flatMap { top in grid.lefts.map { (top, $0) } }
    for (y, x) in [(0, 0), (30, 60), (45, 75), (89, 149), (20, 100)] {
      let holding = windows.indices.filter {
        (windows[$0].0..<windows[$0].0 + 64).contains(y) && (windows[$0].1..<windows[$0].1 + 64).contains(x)
      }
      let expected = Float(holding.reduce(0, +)) / Float(holding.count)
      #expect(mean.scalars[(y * 150 + x) * 2 + 1] == expected)
    }
  }
}
