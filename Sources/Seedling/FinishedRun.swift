import Configuration
import Training

/// A run folder whose segmenter is trained, read back from its files.
struct FinishedRun {
  let configuration: RunConfiguration
  /// The run with the names of its classes.
  let run: TrainedRun
  /// What its data were; `nil` for a run of an earlier version.
  let data: DataManifest?
  /// Where the segmenter lies.
  let segmenter: SegmenterSource

  /// Reads the configuration that the run was started with.
  ///
  /// - Throws: `RunError.notARun`, `RunError.noSegmenter`, `RunError.endsOtherwise`, `RunError.damagedFile`,
  ///   `ConfigurationError`.
  init(_ directory: RunDirectory) throws {
    guard directory.has(RunDirectory.configFile) else { throw RunError.notARun(path: directory.path) }
    data = try directory.rememberedData()
    configuration = try ConfigurationLoader.load(
      RunConfiguration.self, file: directory.file(RunDirectory.configFile))
    let ending = try configuration.plan().ending
    guard let segmenter = ending.segmenter else {
      throw RunError.endsOtherwise(run: directory.path, goals: ending.goals)
    }
    guard directory.has("\(segmenter.stage)/best.safetensors") else {
      throw RunError.noSegmenter(run: directory.path, stage: segmenter.stage)
    }
    // Without run.json, of an earlier version, there are no checksums.
    if data != nil, let record = try StageRecord.read(segmenter.stage, in: directory),
      record.state == .finished
    {
      try record.verify(segmenter.stage, in: directory, only: "best.safetensors")
    }
    guard let names = directory.text(of: RunDirectory.classFile) else {
      throw RunError.notARun(path: directory.path)
    }
    self.segmenter = segmenter
    run = TrainedRun(
      configuration, directory, classNames: names.split(separator: "\n").map(String.init))
  }

  /// The predictor of the run's best segmenter.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`.
  func predictor() throws -> Predictor {
    Predictor(try SegmentationNetwork.trained(run, segmenter), configuration.evaluate)
  }
}
