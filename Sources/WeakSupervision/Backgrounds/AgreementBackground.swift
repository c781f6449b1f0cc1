import Autograd
public import Configuration
import Imaging

/// Where refinement begins beside the threshold that `AgreementBackground` finds.
public enum RefinementStart: String, Codable, Sendable, CaseIterable {
  /// At `start`, for maps that cover what they show.
  case start
  /// At Otsu's threshold, which is lower, for maps that show parts from which refinement finds the whole.
  case otsu
}

/// The threshold whose regions agree best with what the photographs' own colours make of them.
///
/// Blurred maps spill over the outlines of what they show, the more the smaller it is, so that no fixed share
/// of their maximum is right. In each round
///
///     p = softmax((θ, M) / temperature), refined by PAR
///     θ ← argmax_t mIoU(M thresholded at t, labels of p)
///
/// over a sample of the training images, from θ = `start`. Each round moves θ towards the outlines by no more
/// than the colours of the photograph say. Two rounds were chosen on the drawn data sets and judged on
/// photographs.
public struct AgreementBackground: BackgroundRule {
  public static let name = "agreement"

  @Setting("number of training images that are looked at", 1...1_000_000) public var images = 200
  @Setting("number of rounds", 1...20) public var rounds = 2
  @Setting("value of class maps that the first round begins with, 0 to 1", 0...1)
  public var start: Float = 0.5
  @Setting("start or otsu: the value that refinement begins with") public var refinement = RefinementStart
    .start
  @Setting("scale of differences to the threshold: smaller is surer", .above(0, upTo: 1000))
  public var temperature: Float = 0.05
  @Setting("the refiner that regions are compared with") public var par = PAR()
  @Setting("data-set, class or image: for what a value is chosen") public var per = BackgroundScope.dataSet

  public init() {}

  public func choice(_ sample: MapSample) throws -> BackgroundChoice {
    let sample = sample.spread(images)
    let refinement = try refinement == .otsu ? OtsuBackground().choice(sample).threshold : start
    var choice = BackgroundChoice(start, refinement: refinement)
    for _ in 0..<rounds {
      let curve = try agreement(sample, refinedFrom: choice.threshold)
      guard !curve.isEmpty else { break }
      choice = BackgroundChoice(
        best(of: curve), refinement: refinement, curve: curve,
        criterion: "mIoU with its regions refined from \(choice.threshold)")
    }
    return choice
  }

  /// The mean intersection over union of thresholded maps with what refinement makes of one threshold.
  private func agreement(_ sample: MapSample, refinedFrom threshold: Float) throws -> [BackgroundChoice.Point]
  {
    let (par, temperature) = (par, temperature)
    let parts = try sample.map { input in
      let maps = input.maps
      let scores = maps.probabilities(background: threshold, temperature: temperature)
      return RegionAgreement(maps, maps.labels(par.refine(scores, image: input.image)))
    }
    return parts.total?.curve ?? []
  }
}
