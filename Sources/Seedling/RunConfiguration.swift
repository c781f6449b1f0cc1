public import Configuration
import Datasets
import Methods
import Models
public import Training
import WeakSupervision

extension Catalog {
  /// What trains the network that a run is about.
  public enum Methods: Family {
    public typealias Member = any Method

    public static let members: [any Component.Type] = [ClassActivationMapping.self, TokenContrast.self]
  }

  /// Methods that go on with a classifier which another one has trained.
  public enum MethodsBehind: Family {
    public typealias Member = any MethodBehind

    public static let members: [any Component.Type] = [ExpansionShrinkage.self]
  }
}

/// Everything that decides what a run computes; the defaults train on the built-in data set.
public struct RunConfiguration: Section, Validatable, JobOptions {
  @Setting("seed of every random number") public var seed = 0
  @Setting("the data set, by name, with its options")
  public var data = Choice<Catalog.Datasets>(SyntheticShapes())
  @Setting("the network") public var model = ModelOptions()
  @Setting("what trains the network on image labels, by name, with its options")
  public var method = Choice<Catalog.Methods>(ClassActivationMapping())
  @Setting("what goes on with the trained classifier, in order")
  public var behind: [Choice<Catalog.MethodsBehind>] = []
  @Setting("class maps over scales and mirror images") public var seeds = SeedsOptions()
  @Setting("refiners from seeds to pseudo-masks, in order")
  public var refine = [Choice<Catalog.Refiners>(PAR())]
  @Setting("pseudo-mask files") public var masks = MasksOptions()
  @Setting("segmenter from masks") public var segment = SegmentOptions()
  @Setting("held-out scores") public var evaluate = EvaluateOptions()

  public static let moved = [
    "classify": "options of method: {name: cam, …}",
    "contrast": "options of method: {name: token-contrast, …}",
    "expand": "in behind: [{name: expansion-shrinkage, expand: {…}}]",
    "shrink": "in behind: [{name: expansion-shrinkage, shrink: {…}}]",
  ]

  public init() {}

  public func validate() throws(ConfigurationError) {
    let backbone = model.backbone.component
    try method.component.validate(self, for: backbone)
    try backbone.requireWindow(of: segment.augmentation, option: "segment.augmentation")
    try check(segment.head.component, at: "segment.head")
    try check(seeds.explainer.component, at: "seeds.explainer")
    try check("seeds.explanation") { backbone throws(ConfigurationError) in
      try seeds.explanation.validate(seeds.explainer.component, for: backbone)
    }
    for (index, refiner) in refine.enumerated() {
      try check(refiner.component, at: "refine[\(index)]")
      guard seeds.temperature > 0, refiner.component.readsShares else { continue }
      throw .invalid(
        "seeds.temperature",
        "is \(seeds.temperature), but \(refiner.name) of refine[\(index)] walks with shares; use 0 there")
    }
    var classifier = method.component.maps(self).last
    for (index, behind) in behind.enumerated() {
      // What the plan says of a method that stands behind none.
      guard let last = classifier else { break }
      try behind.component.validate(self, behind: last, at: index, for: backbone)
      classifier = behind.component.maps(self, behind: last).last ?? last
    }
    if segment.labels == .online, method.component.segmenter(self) == nil {
      throw .invalid(
        "segment.labels",
        "is online, but method \(method.name) trains no decoder along; use pseudo, seeds or ground-truth")
    }
    _ = try plan()
  }

  /// The stages of the run.
  ///
  /// - Throws: `ConfigurationError` if `seeds.maps` names a network that nothing trains.
  public func plan() throws(ConfigurationError) -> RunPlan {
    try RunPlan(self, method.component, behind: behind.map(\.component))
  }

  /// Checks a component that may ask for something which only some backbones have.
  private func check(_ component: any BackboneDependent, at key: String) throws(ConfigurationError) {
    try check(key) { backbone throws(ConfigurationError) in try component.validate(for: backbone) }
  }

  /// Says of what `body` finds wrong with the backbone that it stands below `key`.
  private func check(
    _ key: String, _ body: (any BackboneOptions) throws(ConfigurationError) -> Void
  ) throws(ConfigurationError) {
    do {
      try body(model.backbone.component)
    } catch {
      var error = error
      error.option = error.option.isEmpty ? key : "\(key).\(error.option)"
      throw error
    }
  }
}
