public import Configuration
public import Models
public import Training
import WeakSupervision

/// Expansion and shrinkage: two deformable convolutions behind a trained classifier (Li et al., "Expansion and
/// shrinkage of localization for weakly-supervised semantic segmentation", NeurIPS 2022).
///
/// The offsets of the first learn to raise the classification loss, so that maps spread over the object; the
/// second draws them back. The paper has no public code: this implements the scheme, with constants of our own.
public struct ExpansionShrinkage: MethodBehind {
  public static let name = "expansion-shrinkage"

  @Setting("expansion of the maps") public var expand = ExpansionOptions()
  @Setting("shrinkage of the expanded maps") public var shrink = ShrinkageOptions()

  public init() {}

  public func stages(_ job: any JobOptions, behind classifier: MapSource) -> [any Stage] {
    [ExpandStage(job, self, behind: classifier), ShrinkStage(job, self, behind: classifier)]
  }

  public func maps(_ job: any JobOptions, behind classifier: MapSource) -> [MapSource] {
    func source(_ output: ExpansionNetwork.Output, by stage: String) -> MapSource {
      MapSource(output.rawValue, caption: output.rawValue, stage: stage, pooling: .average) { run in
        let network = ExpansionNetwork(job, self, classes: run.classNames.count)
        try Checkpoint.loadWeights(run.directory.bestWeights(of: stage), into: network.store)
        return network.classifier(output)
      }
    }
    return [source(.expanded, by: ExpandStage.name), source(.shrunk, by: ShrinkStage.name)]
  }

  public func validate(
    _ job: any JobOptions, behind classifier: MapSource, at index: Int, for backbone: any BackboneOptions
  ) throws(ConfigurationError) {
    guard classifier.pooling == .average else {
      throw .invalid(
        "behind[\(index)]",
        "is \(Self.name), which goes on with a classifier that averages over positions; "
          + "set method.pooling to average")
    }
    try backbone.requireWindow(of: expand.augmentation, option: "behind[\(index)].expand.augmentation")
    try backbone.requireWindow(of: shrink.augmentation, option: "behind[\(index)].shrink.augmentation")
  }
}
