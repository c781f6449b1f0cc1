public import Models
public import WeakSupervision

/// A network of a run whose class maps can become seeds.
public struct MapSource {
  /// The name by which `seeds.maps` asks for it.
  public let name: String
  /// What stands above its maps in pictures.
  public let caption: String
  /// The stage that trains it and leaves `<stage>/best.safetensors`.
  public let stage: String
  /// How its features are pooled in front of the classifier.
  public let pooling: FeaturePooling
  /// The explainer that its maps are made with in pictures; `nil` for that of the options `seeds`.
  public var explainer: (any Explainer)?
  /// What decides its maps beside what its stage has made, such as options of a method without a stage.
  public var options: [any Encodable] = []
  /// The map that its classifier reads, where that is not the backbone's last one.
  public var lastMap: String?
  /// Reads the trained network of a run.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`.
  public let open: (_ run: TrainedRun) throws -> any Classifier

  /// A network that `stage` trains.
  public init(
    _ name: String, caption: String, stage: String, pooling: FeaturePooling,
    open: @escaping (_ run: TrainedRun) throws -> any Classifier
  ) {
    self.name = name
    self.caption = caption
    self.stage = stage
    self.pooling = pooling
    self.open = open
  }
}

/// Where the weights of a trained segmenter lie: below `backbone.` and `head.` in the best checkpoint of a
/// stage.
public struct SegmenterSource {
  /// The stage that trains it.
  public let stage: String

  /// The segmenter that `stage` trains.
  public init(stage: String) {
    self.stage = stage
  }
}
