import Autograd
import Configuration
import Datasets
import Foundation
import Imaging
import Reporting
import WeakSupervision

/// The way from a held-out photograph to its segmentation, step by step: the maps of every network that the
/// method has trained, the refined labels, the segmenter's prediction, and the truth.
///
/// Maps are made of the classes that the data set says the photograph holds.
struct MethodPicture {
  /// Class maps of one kind.
  private struct Kind {
    let caption: String
    let network: ExplainedNetwork
    let explainer: any Explainer
    let inputMultiple: Int

    init(_ caption: String, _ network: ExplainedNetwork, _ explainer: any Explainer, _ inputMultiple: Int) {
      (self.caption, self.network) = (caption, network)
      (self.explainer, self.inputMultiple) = (explainer, inputMultiple)
    }
  }

  private let context: RunContext
  private let kinds: [Kind]
  /// The classifier that the refinement may ask.
  private let classifier: ClassificationNetwork

  /// The networks of a run, or `nil` if it has trained no classifier.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`.
  init?(_ context: RunContext) throws {
    let (configuration, classes) = (context.configuration, context.dataset.classNames.count)
    let stages = [configuration.classifierStage, configuration.seedStage]
    guard StageName.seeds.isNeeded(by: configuration),
      stages.allSatisfy({ FileManager.default.fileExists(atPath: context.directory.file($0.bestWeights)) })
    else { return nil }
    self.context = context
    let explainer: any Explainer = configuration.seeds.explainer.resolved()
    let directory = context.directory
    classifier = try .trained(directory, configuration, classes: classes)
    let hasExpansion = [.expanded, .shrunk].contains(configuration.seeds.classifier)
    var kinds: [Kind] = []
    if configuration.method == .tokenContrast {
      let auxiliary = try ClassificationNetwork.trained(
        directory, configuration, classes: classes, classifier: .auxiliary)
      kinds.append(Kind("intermediate CAM", auxiliary.explained, explainer, auxiliary.inputMultiple))
    }
    kinds.append(
      Kind("CAM", classifier.explained, hasExpansion ? CAM() : explainer, classifier.inputMultiple))
    if hasExpansion {
      let network = ExpansionNetwork(configuration, classes: classes)
      try Checkpoint.loadWeights(directory.file(configuration.seedStage.bestWeights), into: network.store)
      let outputs: [ExpansionNetwork.Output] =
        configuration.seeds.classifier == .shrunk ? [.expanded, .shrunk] : [.expanded]
      kinds += outputs.map { Kind($0.rawValue, network.explained($0), explainer, network.inputMultiple) }
    }
    self.kinds = kinds
  }

  /// The captions of a row, in order.
  var columns: [String] {
    ["photograph"] + kinds.map(\.caption)
      + [context.configuration.masks.labeling.name, "prediction", "truth"]
  }

  /// One row of the grid, and the masks in it.
  ///
  /// - Throws: what reading the photograph throws.
  func row(of id: String, prediction: LabelMap) throws -> (tiles: [Image], masks: [LabelMap]) {
    let sample = try context.dataset.sample(id, wantsMask: true)
    let (image, section) = (sample.image, context.configuration.seeds)
    let settings = SeedMaps(
      baseSize: section.baseSize, scales: section.scales, isFlipped: section.flip, merge: section.flipMerge,
      normalization: section.normalization)
    let maps = kinds.map { kind in
      sample.labels.isEmpty
        ? Tensor.zeros([image.height, image.width, 0])
        : settings(
          image, classes: sample.labels, inputMultiple: kind.inputMultiple, explainer: kind.explainer,
          network: kind.network)
    }
    let seeds = SeedFile(classes: sample.labels, maps: maps[maps.count - 1])
    let masks =
      [labels(seeds, image), prediction] + [sample.mask].compactMap(\.self)
    let heats = maps.map { HeatMap(strongest: $0).over(image) }
    return ([image] + heats, masks)
  }

  /// What the photograph's pseudo-mask would be.
  private func labels(_ seeds: SeedFile, _ image: Image) -> LabelMap {
    let configuration = context.configuration
    if let labeling = configuration.masks.labeling.component as? any SeedLabeling {
      return labeling(seeds.maps, classes: seeds.classes, image: image)
    }
    let refinement = SeedRefinement(configuration.refine)
    let evidence = refinement.asksClassifier ? refinement.evidence(of: image, classifier) : []
    let shares = refinement(
      SeedScores(background: configuration.seeds.backgroundThreshold)(seeds.maps),
      SeedRefinement.Input(seeds: seeds, image: image, evidence: evidence))
    return SeedScores.labels(shares, classes: seeds.classes)
  }
}

extension HeatMap {
  /// The largest value of any class at each pixel, of maps `[height, width, classes]`.
  init(strongest maps: Tensor) {
    self.init(maps.shape[2] == 0 ? .zeros([maps.shape[0], maps.shape[1]]) : maps.maximum(axes: [2]))
  }
}
