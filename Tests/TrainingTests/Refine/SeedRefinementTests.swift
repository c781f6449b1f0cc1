import Autograd
import Configuration
import Imaging
import TestSupport
import Testing
import WeakSupervision

@testable import Training

@Suite struct SeedRefinementTests {
  /// PAR alone makes a tenth more of every pixel's shares, which the confidence of masks must not show.
  @Test func whatComesOutIsShares() {
    let (height, width) = (9, 14)
    let image = Image(
      width: width, height: height, pixels: (0..<height * width * 3).map { UInt8($0 * 37 % 251) })
    let scores = Sample.tensor("scores", [height, width, 3]).softmax()
    let input = SeedRefinement.Input(
      seeds: SeedFile(classes: [0, 1], maps: .zeros([height, width, 2])), image: image, evidence: [])
    let refined = SeedRefinement([Choice(PAR())])(scores, input)
    let plain = PAR().refine(scores, image: image)
    expectClose(refined.sum(axes: [2]), .ones([height, width]), tolerance: 4 * .ulpOfOne)
    expectClose(refined * plain.sum(axes: [2], keepingAxes: true), plain, tolerance: 8 * .ulpOfOne)
  }
}
