import Autograd
import Configuration
import Imaging
import TestSupport
import Testing

@testable import WeakSupervision

/// What every refiner does, whichever it is.
@Suite struct RefinerTests {
  static let members: [any Refiner] = [PAR(), DenseCRF()]

  private func label(_ scores: Tensor) -> [Int] {
    let (values, channels) = (scores.scalars, scores.shape[2])
    return (0..<values.count / channels).map { pixel in
      (0..<channels).max { values[pixel * channels + $0] < values[pixel * channels + $1] } ?? 0
    }
  }

  @Test(arguments: members) func keepsTheShapeOfANonSquareImage(refiner: any Refiner) throws {
    let golden = try Golden("par")
    let refined = try refiner.refine(golden["scores"], image: golden.image("image"))
    #expect(refined.shape == [22, 37, 3])
    #expect(refined.scalars.allSatisfy { $0.isFinite })
  }

  @Test(arguments: members) func aConstantImageWithConstantScoresKeepsItsLabels(refiner: any Refiner) {
    let image = Image(width: 30, height: 20, pixels: [UInt8](repeating: 90, count: 1800))
    let scores = Tensor((0..<600).flatMap { _ in [0.3, 0.45, 0.25] as [Float] }, shape: [20, 30, 3])
    #expect(label(refiner.refine(scores, image: image)).allSatisfy { $0 == 1 })
  }

  @Test(arguments: members) func takesAnImageOfOnePixel(refiner: any Refiner) {
    let image = Image(width: 1, height: 1, pixels: [1, 2, 3])
    let refined = refiner.refine(Tensor([0.2, 0.8], shape: [1, 1, 2]), image: image).scalars
    #expect(refined.allSatisfy { $0.isFinite })
    #expect(refined[1] > refined[0])
  }

  @Test(arguments: members) func threadsDoNotChangeAByte(refiner: any Refiner) throws {
    let golden = try Golden("par")
    let (scores, image) = try (golden["scores"], golden.image("image"))
    let results = [1, 2, 5].map { threads in
      Parallel.$threadLimit.withValue(threads) { refiner.refine(scores, image: image).scalars }
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test(arguments: members) func aNoisyMaskComesNearerToTheEdges(refiner: any Refiner) {
    let (width, height) = (64, 48)
    let isInside = (0..<width * height).map {
      (20..<44).contains($0 % width) && (12..<36).contains($0 / width)
    }
    let image = Image(
      width: width, height: height,
      pixels: isInside.flatMap { $0 ? [200, 180, 40] : [60, 70, 90] as [UInt8] })
    // A blob of half the weight that covers the object and 5 pixels around its left border.
    let scores = Tensor(
      (0..<width * height).flatMap { pixel -> [Float] in
        let inside = (15..<42).contains(pixel % width) && (13..<38).contains(pixel / width)
        return inside ? [0.4, 0.6] : [0.6, 0.4]
      }, shape: [height, width, 2])
    let wrong = { (labels: [Int]) in zip(labels, isInside).count { ($0 == 1) != $1 } }
    #expect(wrong(label(refiner.refine(scores, image: image))) < wrong(label(scores)) / 2)
  }

  @Test func refinersFormAChain() throws {
    let golden = try Golden("par")
    let (scores, image) = try (golden["scores"], golden.image("image"))
    let chained = Self.members.refine(scores, image: image)
    #expect(chained.scalars == DenseCRF().refine(PAR().refine(scores, image: image), image: image).scalars)
  }

  @Test func badOptionsSayWhatToUse() throws {
    var crf = DenseCRF()
    try crf.check()
    crf.sigmaRgb = 0
    let crfError = ConfigurationError.invalid("sigma_rgb", "is 0.0; use a number from 0.1 to 10000")
    #expect(throws: crfError) { try crf.check() }
    var par = PAR()
    try par.check()
    par.dilations = []
    let parError = ConfigurationError.invalid("dilations", "is []; use a list of numbers from 1 to 1024")
    #expect(throws: parError) { try par.check() }
  }

  @Test func aChainWithoutTheClassifierRefusesTheWalks() throws {
    let chain: [any Refiner] = [PAR(), RandomWalk()]
    try Array(chain[..<1]).requireNoClassifier("refine")
    let error = ConfigurationError.invalid(
      "refine[1]",
      "is random-walk, which asks the classifier; use refiners of the photograph here, and this one in refine"
    )
    #expect(throws: error) { try chain.requireNoClassifier("refine") }
  }
}
