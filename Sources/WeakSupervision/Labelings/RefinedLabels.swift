public import Configuration
import Imaging

/// The most probable class of the refined probabilities, left open where it is not probable enough.
public struct RefinedLabels: Labeling {
  public static let name = "refined"

  @Setting("refined probability below which a pixel is ignored (255), 0 to 1", 0...1)
  public var minimumConfidence: Float = 0
  @Setting("ignore pixels whose strongest class map lies in the band of seeds.background and seeds.band")
  public var ignoreBand = false

  public init() {}

  public var readsBand: Bool { ignoreBand }

  public var rule: LabelingRule { .ofRefined(labels) }

  /// The labels without the unsure ones.
  private func labels(_ refined: RefinedPixels) -> LabelMap {
    let least = UInt8((minimumConfidence * 255).rounded())
    return LabelMap(
      width: refined.labels.width, height: refined.labels.height,
      ids: zip(refined.labels.ids, refined.confidence.ids).map { $1 < least ? 255 : $0 })
  }
}
