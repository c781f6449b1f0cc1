public import Configuration
import Imaging

/// The most probable class of the refined probabilities, left open where it is not probable enough.
public struct RefinedLabels: Labeling {
  public static let name = "refined"
  public static let documentation = [
    "minimumConfidence": "refined probability below which a pixel is ignored (255), 0 to 1"
  ]

  /// The refined probability below which a pixel's label is 255 (ignore), 0 to 1.
  public var minimumConfidence: Float = 0

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard (0...1).contains(minimumConfidence) else {
      throw .invalid("minimum_confidence", "is \(minimumConfidence); use a number from 0 to 1")
    }
  }

  public var rule: LabelingRule { .ofRefined(labels) }

  /// The labels without the unsure ones.
  private func labels(_ refined: RefinedPixels) -> LabelMap {
    let least = UInt8((minimumConfidence * 255).rounded())
    return LabelMap(
      width: refined.labels.width, height: refined.labels.height,
      ids: zip(refined.labels.ids, refined.confidence.ids).map { $1 < least ? 255 : $0 })
  }
}
