import Configuration

/// A run folder whose segmenter is trained, read back from its files.
struct FinishedRun {
  let directory: RunDirectory
  let configuration: RunConfiguration
  /// The names of the foreground classes.
  let classNames: [String]

  /// Reads the configuration that the run was started with.
  ///
  /// - Throws: `RunError.notARun`, `RunError.noSegmenter`, `ConfigurationError`.
  init(_ directory: RunDirectory) throws {
    guard directory.has("config.yaml") else { throw RunError.notARun(path: directory.path) }
    let configuration = try ConfigurationLoader.load(
      RunConfiguration.self, file: directory.file("config.yaml"))
    let stage = configuration.segmenterStage
    guard directory.has(stage.bestWeights) else {
      throw RunError.noSegmenter(run: directory.path, stage: stage.rawValue)
    }
    guard let names = directory.text(of: "classes.txt") else { throw RunError.notARun(path: directory.path) }
    classNames = names.split(separator: "\n").map(String.init)
    self.directory = directory
    self.configuration = configuration
  }

  /// The predictor of the run's best segmenter.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`.
  func predictor() throws -> Predictor {
    let network = try SegmentationNetwork.trained(directory, configuration, classes: classNames.count + 1)
    return Predictor(network, configuration)
  }
}
