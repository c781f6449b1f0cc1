import Configuration
import Datasets

/// What the sections of all training stages have.
protocol TrainingSection {
  var augmentation: Augmentation { get }
  var schedule: ScheduleSection { get }
  var optimizer: Choice<Catalog.Optimizers> { get }
  var groups: [ParameterGroupSection] { get }
  var clipNorm: Float { get }
}

extension ClassifySection: TrainingSection {}
extension ContrastSection: TrainingSection {}
extension ExpandSection: TrainingSection {}
extension ShrinkSection: TrainingSection {}
extension SegmentSection: TrainingSection {}

extension BatchLoader {
  /// The batches of a training stage: the training images in the section's order, size and variation.
  ///
  /// - Throws: `DatasetError.emptySplit` without images.
  init(_ context: RunContext, _ section: some TrainingSection, masks: MaskSource = .none) throws {
    try self.init(
      context.dataset, ids: context.dataset.identifiers(of: .train), batchSize: section.schedule.batch,
      augmentation: section.augmentation, masks: masks, seed: context.configuration.generatorSeed)
  }
}
