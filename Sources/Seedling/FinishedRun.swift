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
  /// What is to be said of the run.
  let warnings: [String]

  /// Reads the configuration that the run was started with.
  ///
  /// - Throws: `RunError.notARun`, `RunError.noSegmenter`, `RunError.endsOtherwise`, `RunError.damagedFile`,
  ///   `RunError.cannotRead`, `RunError.missingFile`, `RunError.strayFiles`, `ConfigurationError`.
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
    warnings = Self.warnings(directory, data)
    try Self.verify(segmenter.stage, in: directory, data)
    guard let names = directory.text(of: RunDirectory.classFile) else {
      throw RunError.notARun(path: directory.path)
    }
    self.segmenter = segmenter
    run = TrainedRun(
      configuration, directory, classNames: names.split(separator: "\n").map(String.init))
  }

  /// What is to be said of a run whose data are `data`.
  static func warnings(_ directory: RunDirectory, _ data: DataManifest?) -> [String] {
    guard data == nil else { return [] }
    return [
      "\(directory.path): was made by an earlier version, which kept no checksums; nothing in it is checked"
    ]
  }

  /// Checks that the best weights of a stage are as the run wrote them, where it kept checksums.
  ///
  /// - Throws: `RunError.damagedFile`, `RunError.missingFile`, `RunError.strayFiles`, `RunError.cannotRead`.
  static func verify(_ stage: String, in directory: RunDirectory, _ data: DataManifest?) throws(RunError) {
    guard data != nil else { return }
    guard let record = try StageRecord.read(stage, in: directory) else {
      throw .strayFiles(folder: directory.file(stage))
    }
    if record.state == .finished { try record.verify(stage, in: directory, only: "best.safetensors") }
  }

  /// The predictor of the run's best segmenter.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`.
  func predictor() throws -> Predictor {
    Predictor(try SegmentationNetwork.trained(run, segmenter), configuration.evaluate)
  }
}
