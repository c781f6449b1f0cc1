import Autograd
public import Configuration
public import Models

/// What trains the network that a run is about; its stored properties are the options of `method` in YAML.
///
/// A method is one folder: options, stages, networks and losses. It is named in one line of the catalogue.
public protocol Method: Component {
  /// The stages that train its networks, in order.
  func stages(_ job: any JobOptions) -> [any Stage]
  /// The networks that it trains and whose class maps can become seeds, in the order of a picture's columns.
  ///
  /// The last one is the classifier that refinement may ask and that other methods go on with; its maps
  /// become seeds where `seeds.maps` does not say otherwise. A method whose run ends in something else than
  /// maps and segmenters lists none.
  func maps(_ job: any JobOptions) -> [MapSource]
  /// The segmenter that is trained along with the classifier; `nil` where there is none.
  func segmenter(_ job: any JobOptions) -> SegmenterSource?
  /// What the run ends with.
  ///
  /// `trained` are the networks of the method and of those behind it; `nil` for a method that lists no maps,
  /// which must say its ending itself.
  func ending(_ job: any JobOptions, _ trained: TrainedNetworks?) -> RunEnding
  /// Checks the options against the backbone that they are for.
  ///
  /// - Throws: `ConfigurationError.invalid`; an option of the method's own begins with `method.`.
  func validate(_ job: any JobOptions, for backbone: any BackboneOptions) throws(ConfigurationError)
}

extension Method {
  public func segmenter(_ job: any JobOptions) -> SegmenterSource? { nil }

  public func ending(_ job: any JobOptions, _ trained: TrainedNetworks?) -> RunEnding {
    guard let trained else {
      preconditionFailure("\(Self.name): a method that lists no maps must say what its runs end with")
    }
    return .segmentation(job, trained)
  }

  public func validate(_ job: any JobOptions, for backbone: any BackboneOptions) throws(ConfigurationError) {}
}

/// A method that goes on with a classifier which another one has trained.
///
/// Its stored properties are the options of an element of `behind` in YAML.
public protocol MethodBehind: Component {
  /// The stages that train its networks, in order.
  func stages(_ job: any JobOptions, behind classifier: MapSource) -> [any Stage]
  /// The networks that it trains, as of a `Method`; the last one is what the next method behind goes on with.
  func maps(_ job: any JobOptions, behind classifier: MapSource) -> [MapSource]
  /// Checks the options against the classifier and the backbone that they are for.
  ///
  /// - Throws: `ConfigurationError.invalid`; an option of the method's own begins with `behind[<index>].`.
  func validate(
    _ job: any JobOptions, behind classifier: MapSource, at index: Int, for backbone: any BackboneOptions
  ) throws(ConfigurationError)
}

extension MethodBehind {
  public func validate(
    _ job: any JobOptions, behind classifier: MapSource, at index: Int, for backbone: any BackboneOptions
  ) throws(ConfigurationError) {}
}

/// The networks that the methods of a run have trained when its ending begins.
public struct TrainedNetworks {
  /// All networks whose maps can become seeds, in the order of a picture's columns.
  public let maps: [MapSource]
  /// Those of them of which one's maps become seeds: the one that `seeds.maps` names, or all if it is auto.
  public let candidates: [MapSource]
  /// The classifier of the method, which refinement may ask and a segmenter may start from.
  public let classifier: MapSource
  /// The segmenter that was trained along; `nil` where there is none.
  public let segmenter: SegmenterSource?
}

/// The last stages of a run, and for the sake of which of them it is made.
public struct RunEnding {
  /// The stages, in order.
  public let stages: [any Stage]
  /// The names of those that the run is made for; what none of them needs is left out.
  public let goals: [String]
  /// The segmenter that `predict` and `evaluate` use; `nil` where a run ends in something else.
  public let segmenter: SegmenterSource?

  /// An ending of these stages.
  public init(stages: [any Stage], goals: [String], segmenter: SegmenterSource? = nil) {
    self.stages = stages
    self.goals = goals
    self.segmenter = segmenter
  }

  /// Class maps as seeds, refinement, pseudo-masks, a segmenter, and its scores on held-out images.
  public static func segmentation(_ job: any JobOptions, _ trained: TrainedNetworks) -> RunEnding {
    let own = SegmenterSource(stage: SegmentStage.name)
    let online = job.segment.labels == .online ? trained.segmenter : nil
    // Masks are a goal where no segmenter needs them, so that the seeds behind them are judged, too.
    return RunEnding(
      stages: [
        SeedsStage(job, trained), RefineStage(job, trained.classifier), MasksStage(job),
        SegmentStage(job, trained.classifier), EvaluateStage(job, trained, online ?? own),
      ], goals: [online == nil ? SegmentStage.name : MasksStage.name, EvaluateStage.name],
      segmenter: online ?? own)
  }

  /// A classifier and its class maps, judged where there are true masks.
  public static func classMaps(_ job: any JobOptions, _ trained: TrainedNetworks) -> RunEnding {
    RunEnding(stages: [SeedsStage(job, trained)], goals: [SeedsStage.name])
  }
}
