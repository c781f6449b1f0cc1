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
}
