import Autograd
import Imaging
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct RefinerChainTests {
  /// PAR alone makes a tenth more of every pixel's probabilities, which the confidence of masks must not
  /// show.
  @Test func whatComesOutAddsUpToOne() {
    let (height, width) = (9, 14)
    let image = Image(
      width: width, height: height, pixels: (0..<height * width * 3).map { UInt8($0 * 37 % 251) })
    let scores = Sample.tensor("scores", [height, width, 3]).softmax()
    let refined = RefinerChain([PAR()])(scores, image: image)
    let plain = PAR().refine(scores, image: image)
    expectClose(refined.sum(axes: [2]), .ones([height, width]), tolerance: 4 * .ulpOfOne)
    expectClose(refined * plain.sum(axes: [2], keepingAxes: true), plain, tolerance: 8 * .ulpOfOne)
  }
}
