import Autograd
import Imaging
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct DenseCRFTests {
  private var crf: DenseCRF {
    var crf = DenseCRF()
    crf.smoothWeight = 3
    crf.smoothSigma = 2
    crf.bilateralWeight = 4
    crf.sigmaXy = 15
    crf.sigmaRgb = 13
    return crf
  }

  @Test func matchesTheReferenceImplementation() throws {
    let golden = try Golden("dense-crf")
    let marginals = try crf.refine(golden["scores"], image: golden.image("image"))
    // Each of ten updates passes the rounding of the filters on, amplified by at most the weights.
    try expectClose(marginals, golden["pydensecrf"], tolerance: tolerance(terms: 1000, scale: 7))
  }

  @Test func hardLabelsMatchTheReferenceImplementation() throws {
    let golden = try Golden("dense-crf")
    let labels = try golden["labels"].scalars.map { UInt8($0) }
    let marginals = try crf.refine(labels: labels, channels: 3, certainty: 0.7, image: golden.image("image"))
    try expectClose(marginals, golden["labels.pydensecrf"], tolerance: tolerance(terms: 1000, scale: 7))
  }

  /// The lattice is an approximation: a few pixels on borders differ, by little.
  @Test(arguments: ["", "labels."]) func isNearBruteForce(unary: String) throws {
    let golden = try Golden("dense-crf")
    let image = try golden.image("image")
    let labels = try golden["labels"].scalars.map { UInt8($0) }
    let marginals =
      try unary.isEmpty
      ? crf.refine(golden["scores"], image: image)
      : crf.refine(labels: labels, channels: 3, certainty: 0.7, image: image)
    let errors = try zip(marginals.scalars, golden["\(unary)exact"].scalars).map { abs($0 - $1) }
    #expect(errors.reduce(0, +) / Float(errors.count) < 0.01)
  }

  @Test func withoutWeightsTheScoresComeBack() throws {
    let golden = try Golden("dense-crf")
    var crf = DenseCRF()
    crf.smoothWeight = 0
    crf.bilateralWeight = 0
    let marginals = try crf.refine(golden["scores"], image: golden.image("image"))
    try expectClose(marginals, golden["scores"], tolerance: tolerance(terms: 10))
  }

  @Test(arguments: [2, 4, 7, 21]) func sharesOfAPixelAddUpToOne(channels: Int) throws {
    let image = try Golden("dense-crf").image("image")
    var random = Philox(seed: 5, name: "scores")
    let scores = Tensor(
      (0..<image.width * image.height * channels).map { _ in random.uniform() },
      shape: [image.height, image.width, channels])
    let marginals = crf.refine(scores, image: image).scalars
    for pixel in 0..<image.width * image.height {
      let sum = marginals[pixel * channels..<(pixel + 1) * channels].reduce(0, +)
      #expect(abs(sum - 1) < tolerance(terms: channels))
    }
  }

  @Test func distancesFollowTheSizeOfThePhotograph() {
    var crf = DenseCRF()
    (crf.sigmaXy, crf.smoothSigma, crf.referenceSize) = (60, 2, 500)
    let fitted = crf.fitted(to: Image(width: 100, height: 250, color: .black))
    #expect(fitted.sigmaXy == 30 && fitted.smoothSigma == 1 && fitted.sigmaRgb == 3)
    let unchanged = DenseCRF().fitted(to: Image(width: 100, height: 250, color: .black))
    #expect(unchanged.sigmaXy == 67 && unchanged.smoothSigma == 1)
  }

  /// Far below a pixel the lattice has no room.
  @Test func distancesStayWithinWhatTheOptionsAllow() {
    var crf = DenseCRF()
    (crf.smoothSigma, crf.sigmaXy, crf.referenceSize) = (0.1, 10_000, 16)
    let wide = crf.fitted(to: Image(width: 8000, height: 1, color: .black))
    #expect(wide.sigmaXy == 10_000 && wide.smoothSigma == 50)
    let narrow = crf.fitted(to: Image(width: 4, height: 1, color: .black))
    #expect(narrow.smoothSigma == 0.1)
  }

  @Test func coloursFollowTheTextureOfThePhotograph() {
    let board = Image(
      width: 60, height: 60,
      pixels: (0..<3600).flatMap {
        [UInt8](repeating: ($0 / 60 + $0).isMultiple(of: 2) ? 100 : 140, count: 3)
      })
    var crf = DenseCRF()
    (crf.texture, crf.sigmaRgb) = (2, 3)
    let expected = (9 + 4 * board.texture * board.texture).squareRoot()
    #expect(abs(crf.fitted(to: board).sigmaRgb - expected) < 1e-3)
    #expect(crf.fitted(to: Image(width: 60, height: 60, color: .black)).sigmaRgb == 3)
  }

  @Test func strengthMakesDistancesFarther() throws {
    let crf = try #require(DenseCRF().atStrength(2) as? DenseCRF)
    #expect(crf.sigmaXy == 134 && crf.smoothSigma == 2 && crf.sigmaRgb == 3)
  }

  /// A striped disc on striped ground whose darker stripes have the colour of the disc's lighter ones. Widths
  /// for photographs of 500 pixels give the shared colour to the ground, and the disc frays into streaks.
  @Test func aDiscOfFinerTextureThanTheKernelDoesNotFray() {
    let side = 48
    var (pixels, scores, disc): ([UInt8], [Float], [Bool]) = ([], [], [])
    for (row, column) in (0..<side * side).map({ ($0 / side, $0 % side) }) {
      let distance = Float((row - 24) * (row - 24) + (column - 20) * (column - 20)).squareRoot()
      disc.append(distance < 13)
      let grey = (distance < 13 ? 100 : 160) + (row % 4 < 2 ? 30 : -30)
      pixels += [UInt8](repeating: UInt8(grey), count: 3)
      let share = min(max(Tensor((13 - distance) / 4).sigmoid().scalar, 0.15), 0.85)
      scores += [1 - share, share]
    }
    let image = Image(width: side, height: side, pixels: pixels)
    func overlap(_ crf: DenseCRF) -> Float {
      let refined = crf.refine(Tensor(scores, shape: [side, side, 2]), image: image).scalars
      let found = disc.indices.map { refined[2 * $0 + 1] > 0.5 }
      let shared = disc.indices.count { disc[$0] && found[$0] }
      return Float(shared) / Float(disc.indices.count { disc[$0] || found[$0] })
    }
    var crf = DenseCRF()
    #expect(overlap(crf) < 0.6)
    crf.referenceSize = 500
    #expect(overlap(crf) > 0.8)
  }
}
