import Configuration
import WeakSupervision

/// The stages of the main job, in order.
public enum StageName: String, CaseIterable, Codable, Sendable {
  case classify, contrast, expand, shrink, seeds, refine, masks, segment, evaluate

  /// The stages of a comma-separated list, in the order of the job; all of them for an empty list.
  ///
  /// - Throws: `RunError.unknownStage`.
  public static func parse(_ list: String) throws(RunError) -> [StageName] {
    let names = list.split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace).lowercased() }
    guard !names.isEmpty else { return allCases }
    for name in names where StageName(rawValue: name) == nil {
      throw .unknownStage(name: name, known: allCases.map(\.rawValue))
    }
    return allCases.filter { names.contains($0.rawValue) }
  }

  /// The files and folders of a run that the stage makes.
  var outputs: [String] {
    switch self {
    case .classify, .contrast, .expand, .shrink: [rawValue]
    case .seeds: ["seeds"]
    case .refine: ["refined", "pictures/seeds.png"]
    case .masks: ["masks"]
    case .segment: ["segment"]
    case .evaluate: ["evaluate", "pictures/predictions.png", "pictures/method.png"]
    }
  }

  /// The keys of `metrics.json` that hold what the stage measured.
  var figures: [String] {
    let measured: [String] =
      switch self {
      case .classify: ["classifier"]
      case .contrast: ["classifier", "contrast", "secondsPerStep"]
      case .expand: ["expansion"]
      case .shrink: ["shrinkage"]
      case .seeds: ["seeds"]
      case .refine: ["mIoU", "split", "images"].map { "pseudoMasks.\($0)" }
      case .masks: ["ignoredPercent", "labeledAccuracy"].map { "pseudoMasks.\($0)" }
      case .segment: ["segmenter"]
      case .evaluate: ["segmentation"]
      }
    return measured + ["seconds.\(rawValue)"]
  }

  /// The stages whose output this one reads.
  func inputs(of configuration: RunConfiguration) -> [StageName] {
    switch self {
    case .classify, .contrast: []
    case .expand: [configuration.classifierStage]
    case .shrink: [configuration.classifierStage, .expand]
    case .seeds: [configuration.seedStage]
    case .refine:
      (SeedRefinement(configuration.refine).asksClassifier ? [configuration.classifierStage] : []) + [.seeds]
    case .masks: [configuration.masks.labeling.component is any SeedLabeling ? .seeds : .refine]
    case .segment:
      (configuration.segment.start == .classifier ? [configuration.classifierStage] : [])
        + maskSource(of: configuration)
    case .evaluate: [configuration.segmenterStage]
    }
  }

  private func maskSource(of configuration: RunConfiguration) -> [StageName] {
    switch configuration.segment.labels {
    case .pseudo: [.masks]
    case .seeds: [.seeds]
    case .groundTruth, .online: []
    }
  }

  /// The weights that a training stage leaves, below the run's folder.
  var bestWeights: String { "\(rawValue)/best.safetensors" }

  /// Whether the job needs this stage at all: a segmenter trained on true masks needs no seeds.
  func isNeeded(by configuration: RunConfiguration) -> Bool {
    isGoal(of: configuration)
      || StageName.allCases.contains { later in
        later != self && later.inputs(of: configuration).contains(self) && later.isNeeded(by: configuration)
      }
  }

  /// Whether the job is done for the sake of this stage.
  ///
  /// Masks are one where no segmenter needs them, so that the seeds of a network with a decoder of its own
  /// are judged, too.
  private func isGoal(of configuration: RunConfiguration) -> Bool {
    switch self {
    case .evaluate: true
    case .segment: configuration.segment.labels != .online
    case .masks: configuration.segment.labels == .online
    default: false
    }
  }

  /// A digest of everything that the stage's output depends on.
  func fingerprint(of configuration: RunConfiguration) -> Fingerprint {
    var parts = ["1", rawValue, "\(configuration.seed)"]
    parts += sections(of: configuration)
    parts += inputs(of: configuration).map { $0.fingerprint(of: configuration).description }
    return Fingerprint(parts)
  }

  private func sections(of configuration: RunConfiguration) -> [String] {
    let data = ConfigurationLoader.yaml(of: configuration.data)
    let model = ConfigurationLoader.yaml(of: configuration.model)
    return switch self {
    case .classify: [data, model, ConfigurationLoader.yaml(of: configuration.classify)]
    case .contrast:
      [
        data, model, ConfigurationLoader.yaml(of: configuration.contrast),
        ConfigurationLoader.yaml(of: configuration.segment.head),
      ]
    case .expand: [ConfigurationLoader.yaml(of: configuration.expand), configuration.seeds.judging]
    case .shrink: [ConfigurationLoader.yaml(of: configuration.shrink), configuration.seeds.judging]
    case .seeds:
      [ConfigurationLoader.yaml(of: configuration.seeds)]
        + (configuration.segment.labels == .online ? ["judged images"] : [])
    case .refine: configuration.refine.map { ConfigurationLoader.yaml(of: $0) }
    case .masks: [ConfigurationLoader.yaml(of: configuration.masks)]
    case .segment: [data, model, ConfigurationLoader.yaml(of: configuration.segment)]
    case .evaluate: [ConfigurationLoader.yaml(of: configuration.evaluate)]
    }
  }
}
