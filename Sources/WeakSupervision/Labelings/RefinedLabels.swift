public import Configuration
public import Imaging

/// The most probable class of the refined shares, left open where it is not probable enough.
public struct RefinedLabels: RefinedLabeling {
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

  /// The labels without the unsure ones.
  public func callAsFunction(_ labels: LabelMap, confidence: LabelMap) -> LabelMap {
    let least = UInt8((minimumConfidence * 255).rounded())
    return LabelMap(
      width: labels.width, height: labels.height,
      ids: zip(labels.ids, confidence.ids).map { $1 < least ? 255 : $0 })
  }
}
