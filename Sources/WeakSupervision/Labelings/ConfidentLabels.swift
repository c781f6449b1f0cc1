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

  @Setting("value of a class map above which a pixel shows its class, 0 to 1", 0...1)
  public var foreground: Float = 0.3
  @Setting("value up to which it is background, 0 to 1", 0...1) public var background: Float = 0.05
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
    guard foreground > background, background >= 0, foreground <= 1 else {
      throw .invalid(
        "foreground", "is \(foreground) with background \(background); use 0 ≤ background < foreground ≤ 1")
    }
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
    let runs = [foreground, background].map { background -> [UInt8] in
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
