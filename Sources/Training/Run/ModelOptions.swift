public import Configuration
import Models

/// The network that the classifier and the segmenter share.
public struct ModelSection: Section {
  /// The backbone.
  public var backbone = Choice<Catalog.Backbones>(ResNet18())
  /// A safetensors file with pretrained backbone weights, or `none` for random initial values.
  public var weights = "none"

  public static let documentation = [
    "backbone": "the feature extractor, by name, with its options",
    "weights": "safetensors file with pretrained backbone weights, or none",
  ]

  public init() {}
}
