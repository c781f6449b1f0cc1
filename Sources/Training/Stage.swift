/// One part of the main job: reads what earlier stages left in the run folder, and leaves its own output
/// there.
protocol Stage {
  /// Does the work, or goes on with it where an interrupted run left off.
  ///
  /// - Throws: `RunError.interrupted` after Ctrl-C, with everything saved; else what went wrong.
  func run(_ context: RunContext) throws
}

extension StageName {
  /// The work of the stage.
  var stage: any Stage {
    switch self {
    case .classify: ClassifyStage()
    case .contrast: ContrastStage()
    case .expand: ExpandStage()
    case .shrink: ShrinkStage()
    case .seeds: SeedsStage()
    case .refine: RefineStage()
    case .masks: MasksStage()
    case .segment: SegmentStage()
    case .evaluate: EvaluateStage()
    }
  }
}
