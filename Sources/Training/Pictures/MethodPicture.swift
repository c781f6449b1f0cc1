import Autograd
import Configuration
import Datasets
import Imaging
import Models
import WeakSupervision

/// The way from a held-out photograph to its segmentation, step by step: the maps of every network that the
/// method has trained, the pseudo-mask, the segmenter's prediction, and the truth.
///
/// Maps are made of the classes that the data set says the photograph holds.
struct MethodPicture {
  /// The maps of one network.
  private struct Column {
    let source: MapSource
    let classifier: any Classifier
  }

  private let context: RunContext
  private let columns: [Column]
  /// The column whose maps become the pseudo-mask.
  private let seeds: Int
  /// The threshold of the run's background.
  private let background: BackgroundChoice
  /// The classifier that refinement may ask.
  private let classifier: (any Classifier)?

  /// The networks of a run, or `nil` if the one whose maps become seeds, or its seeds, are not there.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`, `RunError.damagedFile`.
  init?(_ context: RunContext, _ trained: TrainedNetworks) throws {
    let made = trained.maps.filter { context.directory.has("\($0.stage)/best.safetensors") }
    let source = try trained.candidates.chosen(in: context.directory)
    guard let seeds = made.lastIndex(where: { $0.name == source?.name }) else { return nil }
    guard context.directory.has(RunDirectory.backgroundFile) else { return nil }
    background = try context.directory.background()
    self.context = context
    self.seeds = seeds
    columns = try made.map { Column(source: $0, classifier: try $0.open(context.run)) }
    classifier = columns.first { $0.source.name == trained.classifier.name }?.classifier
  }

  /// The captions of a row, in order.
  var captions: [String] {
    ["photograph"] + columns.map(\.source.caption)
      + [context.job.masks.labeling.name, "prediction", "truth"]
  }

  /// One row of the grid, and the masks in it.
  ///
  /// - Throws: what reading the photograph throws.
  func row(of id: String, prediction: LabelMap) throws -> (tiles: [Image], masks: [LabelMap]) {
    let sample = try context.dataset.sample(id, wantsMask: true)
    let maps = columns.map { column in
      context.job.seeds.maps(
        sample.image, classes: sample.labels, of: column.classifier, explainer: explainer(of: column),
        seed: context.job.generatorSeed, id: id)
    }
    let masks =
      [pseudoMask(maps[seeds], sample.image), prediction] + [sample.mask].compactMap(\.self)
    let heats = maps.map { HeatMap($0.strongest).over(sample.image) }
    return ([sample.image] + heats, masks)
  }

  /// The explainer of a column: class activation maps where its classifier does not read as far as the map
  /// that the options explain.
  private func explainer(of column: Column) -> (any Explainer)? {
    let isRead = context.job.seeds.explainedStages.allSatisfy { stage in
      stage.isEmpty || column.classifier.stages.contains { $0.name == stage }
    }
    return column.source.explainer ?? (isRead ? nil : CAM())
  }

  /// What the photograph's pseudo-mask would be.
  private func pseudoMask(_ maps: ClassMaps, _ image: Image) -> LabelMap {
    let job = context.job
    switch job.masks.labeling.component.rule {
    case .ofMaps(let labels): return labels(LabelingInput(image: image, maps: maps))
    case .ofRefined:
      let chain = RefinerChain(job.refine.map(\.component))
      let evidence = classifier.map { chain.evidence(of: image, $0) } ?? []
      let scores = job.seeds.probabilities(maps, background)
      return maps.labels(chain(scores, image: image, evidence: evidence))
    }
  }
}
