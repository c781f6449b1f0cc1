public import Configuration

/// Stage 4: pseudo-masks with unsure pixels marked as ignored.
public struct MasksSection: Section {
  /// The refined probability below which a pixel's label is 255 (ignore), 0 to 1.
  public var minimumConfidence: Float = 0

  public static let documentation = [
    "minimumConfidence": "refined probability below which a pixel is ignored (255), 0 to 1"
  ]

  public init() {}
}
