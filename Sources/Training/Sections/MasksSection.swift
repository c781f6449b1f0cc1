public import Configuration

/// Stage 4: pseudo-masks with unsure pixels marked as ignored.
public struct MasksSection: Section, Validatable {
  /// The refined probability below which a pixel's label is 255 (ignore), 0 to 1.
  public var minimumConfidence: Float = 0

  public static let documentation = [
    "minimumConfidence": "refined probability below which a pixel is ignored (255), 0 to 1"
  ]

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard (0...1).contains(minimumConfidence) else {
      throw .invalid("minimum_confidence", "is \(minimumConfidence); use a number from 0 to 1")
    }
  }
}
