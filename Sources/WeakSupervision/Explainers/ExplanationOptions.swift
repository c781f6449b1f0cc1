import Autograd
public import Configuration
public import Models

/// What explainers have in common: which feature maps are explained and how several are joined, what the maps
/// are the evidence for, and how they are smoothed.
public struct ExplanationOptions: Section {
  @Setting("feature maps that are explained together; empty: the explainer's own", .count(0...64))
  public var stages: [String] = []
  @Setting("how the maps of several stages are joined: mean, maximum or product") public var fusion =
    StageFusion.mean
  @Setting(
    "what is explained: logit, probability (sigmoid), log-probability, softmax, log-softmax or negative")
  public var target = NamedTarget.logit
  @Setting("average with the maps of the mirror image") public var mirror = false
  @Setting(
    "the images are multiplied by each of these, and the maps averaged", .each(.above(0, upTo: 10)),
    .count(1...16))
  public var factors: [Float] = [1]
  @Setting("show what the channels' contributions have most in common instead of their sum")
  public var eigenSmoothing = false

  public init() {}

  /// Checks that an explainer can do what is asked of a backbone.
  ///
  /// - Throws: `ConfigurationError.invalid` about one of these options.
  public func validate(
    _ explainer: any Explainer, for backbone: any BackboneOptions
  ) throws(ConfigurationError) {
    let name = type(of: explainer).name
    for stage in stages {
      guard explainer.explainsAnyStage else {
        throw .invalid("stages", "names \(stage), but \(name) explains one map only; leave it empty")
      }
      guard explainer.stage.isEmpty else {
        throw .invalid(
          "stages", "names \(stage), but the explainer's own stage is \(explainer.stage); set one of them")
      }
      try explainer.validate(stage: stage, option: "stages", for: backbone)
    }
    if eigenSmoothing, !explainer.hasContributions {
      throw .invalid(
        "eigen_smoothing", "is true, but \(name) has no contributions of channels; use false, or grad-cam")
    }
    if target != .logit, explainer.target(.logit) != .logit {
      throw .invalid("target", "is \(target.rawValue), but \(name) has a target of its own; use logit")
    }
    if target != .logit, !explainer.dependsOnTarget {
      throw .invalid(
        "target", "is \(target.rawValue), but \(name) shows the same for every target; use logit")
    }
  }
}

/// The targets that have a name in YAML.
public enum NamedTarget: String, Codable, Sendable, CaseIterable {
  case logit
  case probability
  case logProbability = "log-probability"
  case softmax
  case logSoftmax = "log-softmax"
  case negative

  /// The target of that name.
  public var target: Target {
    switch self {
    case .logit: .logit
    case .probability: .probability
    case .logProbability: .logProbability
    case .softmax: .softmax
    case .logSoftmax: .logSoftmax
    case .negative: .negative()
    }
  }
}

/// How the maps of several feature maps become one.
public enum StageFusion: String, Codable, Sendable, CaseIterable {
  case mean, maximum, product

  /// One map of several, each `[rows, height, width, classes]`, on the finest of their grids.
  ///
  /// Each is rectified and divided by its largest value of each row and class first, since their ranges
  /// differ. A single one stays as it is.
  func callAsFunction(_ maps: [Tensor]) -> Tensor {
    guard maps.count > 1 else { return maps[0] }
    let height = maps.map { $0.shape[1] }.max() ?? 0
    let width = maps.map { $0.shape[2] }.max() ?? 0
    let parts = maps.map { map in
      let positive = map.relu()
      let high = positive.maximum(axes: [1, 2], keepingAxes: true)
      return Tensor.select(high, positive / high, Tensor(0))
        .resized(height: height, width: width, .bilinear)
    }
    switch self {
    case .mean: return parts.dropFirst().reduce(parts[0], +) / Float(parts.count)
    case .maximum: return parts.dropFirst().reduce(parts[0]) { $0.pointwiseMaximum($1) }
    case .product: return parts.dropFirst().reduce(parts[0], *)
    }
  }
}
