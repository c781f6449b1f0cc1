import Autograd
public import Configuration
import Imaging

/// Labels of the pixels that two backgrounds agree on, from the seeds alone.
///
/// The maps are labelled beside a high and beside a low constant background, and both labellings are fitted
/// to the photograph by a dense CRF. A pixel shows the class that wins against the high background, is
/// background where both runs say so, and stays open otherwise. Ahn, Cho, Kwak: "Weakly supervised learning
/// of instance segmentation with inter-pixel relations", CVPR 2019, section 4.1, with its code's constants.
public struct ConfidentLabels: Labeling, Validatable {
  public static let name = "confident"

  @Setting(
    "value of a class map above which a pixel shows its class, 0 to 1; seeds: the upper end of their band",
    .numberOr(0...1))
  public var foreground: NumberOr<BackgroundWord> = 0.3
  @Setting(
    "value up to which it is background, 0 to 1; seeds: the lower end of their band", .numberOr(0...1))
  public var background: NumberOr<BackgroundWord> = 0.05
  @Setting("probability that the dense CRF gives a label at the start, between 0 and 1", .between(0, 1))
  public var certainty: Float = 0.7
  @Setting("the dense CRF that fits both labellings to the photograph") public var crf = DenseCRF()

  public init() {
    crf.smoothSigma = 3
    crf.bilateralWeight = 10
    crf.sigmaXy = 50
    crf.sigmaRgb = 5
  }

  public func validate() throws(ConfigurationError) {
    switch (foreground, background) {
    case (.word, .word): break
    case (.number(let high), .number(let low)):
      guard high > low, low >= 0, high <= 1 else {
        throw .invalid(
          "foreground",
          "is \(foreground) with background \(background); use 0 ≤ background < foreground ≤ 1")
      }
    case (.word, .number), (.number, .word):
      throw .invalid(
        "foreground",
        "is \(foreground) with background \(background); use seeds for both, or numbers for both")
    }
  }

  public var readsBand: Bool { foreground == .word(.seeds) }

  public func with(_ background: BackgroundChoice) -> Self {
    let band = background.band(with: [])
    var labels = self
    labels.foreground = .number(foreground.number(or: band.upperBound))
    labels.background = .number(self.background.number(or: band.lowerBound))
    return labels
  }

  public var rule: LabelingRule { .ofMaps(labels) }

  /// A class's id, 0, or 255 where the runs differ.
  private func labels(_ input: LabelingInput) -> LabelMap {
    let (image, maps, classes) = (input.image, input.maps.maps, input.maps.classes)
    guard !classes.isEmpty else {
      let ids = [UInt8](repeating: 0, count: image.width * image.height)
      return LabelMap(width: image.width, height: image.height, ids: ids)
    }
    let ids = [UInt8(0)] + classes.map { UInt8($0 + 1) }
    let backgrounds = [required(foreground, Self.name), required(background, Self.name)]
    let runs = backgrounds.map { background -> [UInt8] in
      let constant = Tensor(repeating: background, shape: [image.height, image.width, 1])
      let labels = Tensor.concatenated([constant, maps], axis: 2).argmax(axis: 2).scalars.map { UInt8($0) }
      return crf.refine(labels: labels, channels: classes.count + 1, certainty: certainty, image: image)
        .argmax(axis: 2).scalars.map { ids[Int($0)] }
    }
    return LabelMap(
      width: image.width, height: image.height,
      ids: TwoBackgrounds.agreed(high: runs[0], low: runs[1], undecided: 255))
  }
}
