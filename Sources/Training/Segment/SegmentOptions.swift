public import Configuration
public import Datasets
import Models

/// How a segmenter is trained on masks.
public struct SegmentOptions: Section, TrainingOptions {
  /// Where the training masks come from.
  public enum Labels: String, Codable, Sendable, CaseIterable {
    /// The refined pseudo-masks of this run.
    case pseudo
    /// The seeds of this run, thresholded, without refinement.
    case seeds
    /// The true masks of the data set: the fully supervised ceiling.
    case groundTruth = "ground-truth"
    /// None: the decoder that the method trains along is the segmenter.
    case online
  }

  /// The weights that the backbone starts from.
  public enum Start: String, Codable, Sendable, CaseIterable {
    /// The pretrained weights of `model.weights`, or random values without one.
    case weights
    /// The backbone of the trained classifier.
    case classifier
  }

  @Setting("pseudo, seeds, ground-truth, or online for a decoder that the method trains along")
  public var labels = Labels.pseudo
  @Setting("weights (pretrained) or classifier (this run's)") public var start = Start.weights
  @Setting("the segmentation head, by name, with its options")
  public var head = Choice<Catalog.Heads>(LargeFOV())
  @Setting("the loss on the masks, by name, with its options")
  public var loss = Choice<Catalog.SegmentationLosses>(CrossEntropyLoss())
  @Setting("when labels give way to what the segmenter has learnt")
  public var correction = CorrectionOptions()
  @Setting(TrainingKeys.augmentation) public var augmentation = Augmentation()
  @Setting(TrainingKeys.schedule) public var schedule = ScheduleOptions()
  @Setting(TrainingKeys.optimizer) public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions())
  /// The head's parameters begin with `head`, the backbone's with `backbone`.
  @Setting(TrainingKeys.groups, .count(0...256))
  public var groups = [ParameterGroupOptions(match: "head", learningRateScale: 10)]
  @Setting(TrainingKeys.clipNorm, 0...1_000_000) public var clipNorm: Float = 0

  public init() {}
}
