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
    for (stage, augmentation) in [("classify", classify.augmentation), ("segment", segment.augmentation)] {
      do throws(DatasetError) {
        try augmentation.validate()
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
    let explainer: any Explainer = seeds.explainer.resolved()
    // A network is built to ask for its stages only if the explainer cares about them.
    if explainer.problem(for: []) != nil {
      let network = backbone.build(in: ParameterStore(seed: 0).root)
      if let problem = explainer.problem(for: network.stages) { throw .invalid("seeds.explainer", problem) }
    }
    for (key, chain) in [("refine", refine), ("evaluate.refine", evaluate.refine)] {
      for (index, choice) in chain.enumerated() {
        let refiner: any Refiner = choice.resolved()
        if let problem = refiner.problem { throw .invalid("\(key)[\(index)]", problem) }
      }
    }
  }
}
