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

  public var labels = Labels.pseudo
  public var start = Start.weights
  public var head = Choice<Catalog.Heads>(LargeFOV())
  public var loss = Choice<Catalog.SegmentationLosses>(CrossEntropyLoss())
  public var correction = CorrectionOptions()
  public var augmentation = Augmentation()
  public var schedule = ScheduleOptions()
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions())
  /// Exceptions by name; the head's parameters begin with `head`, the backbone's with `backbone`.
  public var groups = [ParameterGroupOptions(match: "head", learningRateScale: 10)]
  /// The greatest norm of all gradients together; 0 means no clipping.
  public var clipNorm: Float = 0

  public static let documentation = TrainingKeys.documentation(with: [
    "labels": "pseudo, seeds, ground-truth, or online for a decoder that the method trains along",
    "start": "weights (pretrained) or classifier (this run's)",
    "head": "the segmentation head, by name, with its options",
    "loss": "the loss on the masks, by name, with its options",
    "correction": "when labels give way to what the segmenter has learnt",
  ])

  public init() {}
}
