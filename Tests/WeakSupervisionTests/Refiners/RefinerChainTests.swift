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

  @Test func strengthReachesEveryRefiner() throws {
    let chain = RefinerChain([PAR(), DenseCRF()]).atStrength(2)
    #expect(try #require(chain.refiners[0] as? PAR).dilations == [2, 4, 8, 16, 24, 48])
    #expect(try #require(chain.refiners[1] as? DenseCRF).sigmaXy == 134)
    #expect(RefinerChain([PAR()]).atStrength(0).refiners.isEmpty)
    #expect(
      try #require(RefinerChain([PAR()]).atStrength(1).refiners[0] as? PAR).dilations == PAR().dilations)
  }
}
