public import Configuration
import Datasets
import Models
import NeuralNetwork
import WeakSupervision

/// Everything that decides what a run computes; the defaults train on the built-in data set.
public struct RunConfiguration: Section, Validatable {
  /// How classifier and segmenter are trained.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// One after the other: the classifier's maps become masks for the segmenter.
    case cam
    /// Together, by token contrast (Ru et al., CVPR 2023), in the stage `contrast`.
    case tokenContrast = "token-contrast"
  }

  /// The seed of every random number of the run.
  public var seed = 0
  /// How classifier and segmenter are trained.
  public var method = Method.cam
  public var data = Choice<Catalog.Datasets>(SyntheticShapes())
  public var model = ModelSection()
  public var classify = ClassifySection()
  public var contrast = ContrastSection()
  public var expand = ExpandSection()
  public var shrink = ShrinkSection()
  public var seeds = SeedsSection()
  /// The chain of refiners between seeds and pseudo-masks.
  public var refine = [Choice<Catalog.SeedRefiners>(PAR())]
  public var masks = MasksSection()
  public var segment = SegmentSection()
  public var evaluate = EvaluateSection()

  public static let documentation = [
    "seed": "seed of every random number",
    "method": "cam, or token-contrast for the stage contrast in place of classify",
    "data": "the data set, by name, with its options",
    "model": "the network",
    "classify": "stage 1: multi-label classifier from image labels",
    "contrast": "stage 1 of token contrast: classifier and decoder together, from image labels",
    "expand": "expansion of the maps, made if seeds.classifier asks for it",
    "shrink": "shrinkage of the expanded maps, made if seeds.classifier asks for it",
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
    for (key, problem) in refinementProblems { throw .invalid(key, problem) }
    try validateStages(of: backbone)
    try validateMethod(backbone)
  }

  private func validateAugmentation(for backbone: any BackboneOptions) throws(ConfigurationError) {
    let augmentations = [
      ("classify", classify.augmentation), ("contrast", contrast.augmentation),
      ("expand", expand.augmentation), ("shrink", shrink.augmentation), ("segment", segment.augmentation),
    ]
    for (stage, augmentation) in augmentations {
      let crop = augmentation.crop
      if !crop.isMultiple(of: backbone.inputMultiple) {
        throw .invalid(
          "\(stage).augmentation.crop",
          "is \(crop), which \(model.backbone.name) cannot divide; use \(backbone.nearestLegalExtent(crop))")
      }
    }
  }

  /// Checks the components that may ask for something which only some backbones have.
  private func validateStages(of options: any BackboneOptions) throws(ConfigurationError) {
    let head: any HeadOptions = segment.head.resolved()
    let explainer: any Explainer = seeds.explainer.resolved()
    let refiners = refine.enumerated().compactMap { index, choice in
      (choice.component as? any ClassifierRefiner).map { (key: "refine[\(index)]", refiner: $0) }
    }
    // Such a wish is rare, so the backbone, which alone knows its stages, is built for it only.
    guard (head.problem(for: []) ?? explainer.problem(for: [])) != nil || !refiners.isEmpty else { return }
    let backbone = options.build(in: ParameterStore(seed: 0).root)
    if let problem = head.problem(for: backbone.stages) { throw .invalid("segment.head", problem) }
    if let problem = explainer.problem(for: backbone.stages) { throw .invalid("seeds.explainer", problem) }
    for (key, refiner) in refiners {
      if let problem = refiner.problem(for: backbone) { throw .invalid(key, problem) }
    }
  }

  /// What is wrong with the options of refiners, by key.
  private var refinementProblems: [(key: String, problem: String)] {
    let chains = [
      ("refine", refine.map(\.component)), ("evaluate.refine", evaluate.refine.map(\.component)),
    ]
    return chains.flatMap { key, chain in
      chain.enumerated().compactMap { index, refiner in
        let problem = (refiner as? any Refiner)?.problem ?? (refiner as? any ClassifierRefiner)?.problem
        return problem.map { ("\(key)[\(index)]", $0) }
      }
    }
  }
}
