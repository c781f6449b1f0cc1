public import Configuration
import WeakSupervision

/// Stage 4: pseudo-masks with unsure pixels marked as ignored.
public struct MasksSection: Section {
  /// Which pixels get a label.
  public var labeling = Choice<Catalog.Labelings>(RefinedLabels())

  public static let documentation = [
    "labeling": "which pixels get a label, by name, with its options"
  ]

  public init() {}
}
