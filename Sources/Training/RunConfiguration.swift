public import Configuration

/// Everything that decides what a run computes; the defaults train on the built-in data set.
public struct RunConfiguration: Section {
  /// The seed of every random number of the run.
  public var seed = 0
  public var data = Choice<Catalog.Datasets>(SyntheticShapes())
  public var model = ModelSection()
  public var classify = ClassifySection()
  public var seeds = SeedsSection()
  /// The chain of refiners between seeds and pseudo-masks.
  public var refine = [Choice<Catalog.Refiners>(PAR())]
  public var masks = MasksSection()
  public var segment = SegmentSection()
  public var evaluate = EvaluateSection()

  public static let documentation = [
    "seed": "seed of every random number",
    "data": "the data set, by name, with its options",
    "model": "the network",
    "classify": "stage 1: multi-label classifier from image labels",
    "seeds": "stage 2: multi-scale class activation maps",
    "refine": "stage 3: refiners from seeds to pseudo-masks, in order",
    "masks": "stage 4: pseudo-mask files",
    "segment": "stage 5: segmenter from masks",
    "evaluate": "stage 6: held-out scores",
  ]

  public init() {}
}
