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

  /// The scores of an image from windows of at most 64 pixels.
  private func mean(of image: Image, _ scores: @escaping (Image) -> Tensor) -> Tensor {
    ViewScores(
      image, isMirrored: false, height: image.height, width: image.width, side: 64, scores
    ).rows(0..<image.height)
  }

  @Test(arguments: [(64, 64), (65, 64), (100, 37), (300, 129), (64, 1000), (2048, 1100)], [64, 100, 1024])
  func windowsCoverTheImageAndOverlap(size: (height: Int, width: Int), side: Int) {
    let grid = WindowGrid(imageHeight: size.height, imageWidth: size.width, side: side)
    for (starts, window, length) in [
      (grid.tops, grid.height, size.height), (grid.lefts, grid.width, size.width),
    ] {
      #expect(window <= side)
      #expect(window == length || window == side || window.isMultiple(of: 32))
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

  /// Three windows of 1024 would overlap by half; 832 suffice for a quarter.
  @Test func windowsAreNoLargerThanTheyNeedToBe() {
    let grid = WindowGrid(imageHeight: 2048, imageWidth: 1100, side: 1024)
    #expect((grid.height, grid.width) == (832, 640))
    #expect((grid.tops, grid.lefts) == ([0, 608, 1216], [0, 460]))
  }

  @Test func scoresOfSinglePixelsComeOutAsWithoutWindows() {
    let image = image(height: 90, width: 150)
    let mean = mean(of: image) { scores($0, second: 1) }
    // Up to four windows, each with a product, and a quotient.
    expectClose(mean, scores(image, second: 1), tolerance: tolerance(terms: 6, scale: 255))
  }

  /// Each window says its own number; every pixel must have the weighted mean of those that hold it.
  @Test func everyPixelHasTheMeanOfItsWindows() {
    let grid = WindowGrid(imageHeight: 90, imageWidth: 150, side: 64)
    var number: Float = 0
    let mean = mean(of: image(height: 90, width: 150)) { part in
      defer { number += 1 }
      return scores(part, second: number)
    }
    let windows = grid.tops.flatMap { top in grid.lefts.map { (top, $0) } }
    for (y, x) in [(0, 0), (30, 60), (45, 75), (89, 149), (20, 100)] {
      var (sum, total) = (0.0, 0.0)
      for (number, window) in windows.enumerated() {
        let (row, column) = (y - window.0, x - window.1)
        guard (0..<64).contains(row), (0..<64).contains(column) else { continue }
        let weight = [row, column].map { min(1, (Double(min($0, 63 - $0)) + 0.5) / 16) }.reduce(1, *)
        sum += weight * Double(number)
        total += weight
      }
      #expect(abs(Double(mean.scalars[(y * 150 + x) * 2 + 1]) - sum / total) < 1e-5)
    }
  }
}
