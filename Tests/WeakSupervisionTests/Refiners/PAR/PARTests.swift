import Autograd
import Foundation
import Imaging
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct PARTests {
  /// Ten rounds of 48 products each, and weights that went through exp: relative errors add up.
  private let bound = tolerance(terms: 10 * 48, scale: 4)

  @Test func matchesTheFormula() throws {
    let golden = try Golden("par")
    let refined = try PAR().refine(golden["scores"], image: golden.image("image"))
    try expectClose(refined, golden["default"], tolerance: bound)
  }

  @Test func optionsReachTheFormula() throws {
    let golden = try Golden("par")
    var par = PAR()
    par.iterations = 3
    par.dilations = [1, 3]
    par.tolerance = 0.5
    par.positionWeight = 0.1
    let refined = try par.refine(golden["scores"], image: golden.image("image"))
    try expectClose(refined, golden["near"], tolerance: bound)
  }

  @Test func constantScoresGrowByTheWeightOfAllNeighbours() throws {
    let image = try Golden("par").image("image")
    let scores = Tensor(repeating: 0.25, shape: [image.height, image.width, 3])
    let grown = 0.25 * Float(pow(1.01, 10))
    expectClose(
      PAR().refine(scores, image: image), Tensor(repeating: grown, shape: scores.shape), tolerance: bound)
  }

  /// The powers of a single ring's distances are all below the smallest number before they are compared.
  @Test(arguments: [1, 5]) func oneRingIsEnough(dilation: Int) throws {
    let image = try Golden("par").image("image")
    var par = PAR()
    par.dilations = [dilation]
    let scores = Tensor(repeating: 0.25, shape: [image.height, image.width, 2])
    let grown = 0.25 * Float(pow(1.01, 10))
    expectClose(
      par.refine(scores, image: image), Tensor(repeating: grown, shape: scores.shape), tolerance: bound)
  }

  @Test func aMaskAlignedWithTwoColoursKeepsItsBorder() {
    let (width, height) = (40, 30)
    let isLeft = (0..<width * height).map { $0 % width < 17 }
    let image = Image(
      width: width, height: height, pixels: isLeft.flatMap { $0 ? [220, 40, 40] : [30, 60, 200] as [UInt8] })
    let scores = Tensor(isLeft.flatMap { $0 ? [0, 1] : [1, 0] as [Float] }, shape: [height, width, 2])
    let refined = PAR().refine(scores, image: image).scalars
    #expect(isLeft.indices.allSatisfy { (refined[2 * $0 + 1] > refined[2 * $0]) == isLeft[$0] })
  }

  @Test(arguments: [1, 2, 3, 5, 8]) func channelsDoNotMix(channels: Int) throws {
    let golden = try Golden("par")
    let image = try golden.image("image")
    let one = try golden["scores"].scalars
    let repeated = (0..<image.width * image.height).flatMap { pixel in
      (0..<channels).map { one[3 * pixel] * Float($0 + 1) }
    }
    let refined = PAR().refine(Tensor(repeated, shape: [image.height, image.width, channels]), image: image)
      .scalars
    let expected = try golden["default"].scalars
    for index in refined.indices {
      let value = expected[3 * (index / channels)] * Float(index % channels + 1)
      #expect(abs(refined[index] - value) < bound * Float(channels))
    }
  }

  @Test func dilationsFollowTheSizeOfThePhotograph() {
    var par = PAR()
    let image = Image(width: 320, height: 213, color: .black)
    #expect(par.dilations(on: image) == [1, 2, 4, 8, 12, 24])
    par.referenceSize = 500
    #expect(par.dilations(on: image) == [1, 3, 5, 8, 15])
    par.referenceSize = 16
    #expect(par.dilations(on: image) == [20, 40, 80, 160, 240, 320])
  }

  @Test func aReferenceOfTheSameSizeChangesNothing() throws {
    let golden = try Golden("par")
    let image = try golden.image("image")
    var par = PAR()
    par.referenceSize = max(image.width, image.height)
    let refined = try par.refine(golden["scores"], image: image)
    #expect(try refined.scalars == PAR().refine(golden["scores"], image: image).scalars)
    par.referenceSize *= 4
    #expect(try par.refine(golden["scores"], image: image).scalars != refined.scalars)
  }

  @Test func strengthMakesDilationsLarger() throws {
    #expect(try #require(PAR().atStrength(2) as? PAR).dilations == [2, 4, 8, 16, 24, 48])
    #expect(try #require(PAR().atStrength(0.5) as? PAR).dilations == [1, 2, 4, 6, 12])
  }
}
