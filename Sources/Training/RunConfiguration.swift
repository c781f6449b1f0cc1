public import Configuration
import Datasets
import Models
import NeuralNetwork
import WeakSupervision

/// Everything that decides what a run computes; the defaults train on the built-in data set.
public struct RunConfiguration: Section, Validatable {
  /// The seed of every random number of the run.
  public var seed = 0
  public var data = Choice<Catalog.Datasets>(SyntheticShapes())
  public var model = ModelSection()
  public var classify = ClassifySection()
  public var seeds = SeedsSection()
  /// The chain of refiners between seeds and pseudo-masks.
  public var refine = [Choice<Catalog.Refiners>(PAR())]
  public var masks = MasksSection()
  public var segment = SegmentSection()
  public var evaluate = EvaluateSection()

  public static let documentation = [
    "seed": "seed of every random number",
    "data": "the data set, by name, with its options",
    "model": "the network",
    "classify": "stage 1: multi-label classifier from image labels",
    "seeds": "stage 2: multi-scale class activation maps",
    "refine": "stage 3: refiners from seeds to pseudo-masks, in order",
    "masks": "stage 4: pseudo-mask files",
    "segment": "stage 5: segmenter from masks",
    "evaluate": "stage 6: held-out scores",
  ]

  public init() {}

  public func validate() throws(ConfigurationError) {
    let backbone: any BackboneOptions = model.backbone.resolved()
    try validateAugmentation(for: backbone)
    try validateStages(of: backbone)
    for (key, chain) in [("refine", refine), ("evaluate.refine", evaluate.refine)] {
      for (index, choice) in chain.enumerated() {
        let refiner: any Refiner = choice.resolved()
        if let problem = refiner.problem { throw .invalid("\(key)[\(index)]", problem) }
      }
    }
  }

  private func validateAugmentation(for backbone: any BackboneOptions) throws(ConfigurationError) {
    for (stage, augmentation) in [("classify", classify.augmentation), ("segment", segment.augmentation)] {
      do throws(DatasetError) {
        try augmentation.validate()
      } catch .invalidOption(let key, let value, let rule) {
        throw .invalid("\(stage).\(key)", "is \(value); \(rule)")
      } catch {
        throw .invalid("\(stage).augmentation", "\(error)")
      }
      let crop = augmentation.crop
      if !crop.isMultiple(of: backbone.inputMultiple) {
        throw .invalid(
          "\(stage).augmentation.crop",
          "is \(crop), which \(model.backbone.name) cannot divide; use \(backbone.nearestLegalExtent(crop))")
      }
    }
  }

  /// Checks the components that may name a stage of the backbone.
  private func validateStages(of backbone: any BackboneOptions) throws(ConfigurationError) {
    let head: any HeadOptions = segment.head.resolved()
    let explainer: any Explainer = seeds.explainer.resolved()
    // A stage is a rare wish, so the backbone, which alone knows its stages, is built for it only.
    guard (head.problem(for: []) ?? explainer.problem(for: [])) != nil else { return }
    let stages = backbone.build(in: ParameterStore(seed: 0).root).stages
    if let problem = head.problem(for: stages) { throw .invalid("segment.head", problem) }
    if let problem = explainer.problem(for: stages) { throw .invalid("seeds.explainer", problem) }
  }
}
