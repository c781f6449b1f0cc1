import Foundation

/// What can go wrong with a run as a whole.
public enum RunError: Error, Sendable, Equatable {
  case cannotWrite(path: String, reason: String)
  case nothingToResume(path: String)
  case notARun(path: String)
  case otherConfiguration(run: String, stage: String, changes: String)
  case otherData(run: String, stage: String, changes: String)
  case movedData(run: String, stage: String, option: String, new: String, old: String)
  case mixedData(run: String, stage: String)
  case dataChangedMeanwhile(run: String, stage: String, changes: String)
  case otherClasses(path: String, changes: String)
  case olderRun(run: String)
  case inUse(run: String, process: Int?)
  case linkInside(path: String)
  case stageMissing(stage: String, needs: String, run: String)
  case noSegmenter(run: String, stage: String)
  case noClassifier(run: String, stage: String)
  case noClassMaps(run: String)
  case endsOtherwise(run: String, goals: [String])
  case damagedRecord(_ path: String, _ folder: String)
  case damagedOutput(path: String, folder: String)
  case missingOutput(path: String, folder: String)
  case damagedFile(path: String)
  case missingFile(path: String)
  case strayFiles(folder: String)
  case cannotRead(path: String, reason: String)
  case unknownStage(name: String, known: [String])
  case notFinite(term: String, step: Int, images: [String])
  case badStart(stage: String, parameter: String, step: Int)
  case scoresNotFinite(image: String)
  case notEnoughMemory(image: String, pixels: String, needed: Int, available: Int, remedy: String)
  case checkpointOfAnotherModel(path: String, reason: String)
  case weightsOnly(path: String)
  case missingWeights(path: String)
  case interrupted(stage: String, step: Int?, command: String)
  case stopped(work: PictureWork)
  case noImages(path: String, reason: String)
  case sameOutput(name: String, first: String, second: String, work: PictureWork = .predict)
  case outputGone(path: String)
  case outputReplaced(path: String, newPath: String?)
  case ownFileChanged(path: String, isGone: Bool)
  case logChanged(path: String)
  case nothingLabeled(masks: Int)
  case otherFiles(path: String, isMissing: Bool, found: Int, wanted: Int)
  case outputIsInput(path: String, work: PictureWork = .predict, option: String = "--output")
  case foreignOutput(path: String, work: PictureWork = .predict, option: String = "--output")
  case notPredicted(count: Int, of: Int, work: PictureWork = .predict)

  package static func reason(of error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
    if let error = underlying as? POSIXError { return String(cString: strerror(error.code.rawValue)) }
    return (error as NSError).localizedFailureReason ?? "write failed"
  }
}

/// What a command does with new pictures; it is called so, too.
public enum PictureWork: String, Sendable, CustomStringConvertible {
  /// Masks of what a segmenter sees.
  case predict
  /// Maps of what a classifier sees.
  case explain

  /// What is done with a picture: *it could not be predicted*.
  public var participle: String { rawValue + "ed" }
  public var description: String { rawValue }
}

extension RunError {
  fileprivate static func gigabytes(_ bytes: Int) -> String {
    String(format: "%.1f GB", Double(bytes) / 1e9)
  }
}

extension RunError: CustomStringConvertible {
  public var description: String { folderDescription ?? stageDescription }

  /// The wording of what is wrong with a run folder and with what it was made from.
  private var folderDescription: String? {
    switch self {
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); check free space and permissions"
    case .cannotRead(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .nothingToResume(let path):
      "\(path): holds no run to resume; start one without --resume"
    case .notARun(let path):
      "\(path): is not a run folder (it has no config.yaml); name a folder like Checkpoints/<config>/<n>"
    case .otherConfiguration(let run, let stage, let changes):
      """
      \(run): stage \(stage) was started with other options (\(changes)); resume with the options in its \
      config.yaml, or start a new run with --from \(run)
      """
    case .otherData(let run, let stage, let changes):
      """
      \(run): stage \(stage) was started with other data (\(changes)); put the data back, or start a new run \
      with --from \(run)
      """
    case .movedData(let run, let stage, let option, let new, let old):
      """
      \(run): stage \(stage) was started with other options (\(option): \(new) here, \(old) in the run); use \
      the configuration of the run, or say --set \(option)=\(new) if that was moved
      """
    case .mixedData(let run, let stage):
      "\(run): the data changed while stage \(stage) ran; remove \(run)/\(stage) to run the stage again"
    case .dataChangedMeanwhile(let run, let stage, let changes):
      """
      \(run): the data changed while stage \(stage) ran (\(changes)); leave them as they are, remove \
      \(run)/\(stage) and resume, or start a new run
      """
    case .otherClasses(let path, let changes):
      "\(path): was trained on other classes (\(changes)); use those classes, in their order"
    case .olderRun(let run):
      "\(run): was made by an earlier version, which kept no checksums; start a new run"
    case .inUse(let run, let process):
      "\(run): is in use by \(process.map { "process \($0)" } ?? "another process"); wait until it ends"
    case .linkInside(let path):
      """
      \(path): is a link, a device or a file with a second name, which a run does not write to; \
      copy the run folder without links
      """
    case .damagedRecord(let path, let folder):
      "\(path): is damaged; remove \(folder) to run the stage again"
    case .damagedOutput(let path, let folder):
      "\(path): is damaged (its checksum differs); remove \(folder) to run the stage again"
    case .missingOutput(let path, let folder):
      "\(path): is missing or cannot be read; remove \(folder) to run the stage again"
    case .strayFiles(let folder):
      """
      \(folder): holds files but no stage.json that says what they are; move the folder away, or put its \
      stage.json back
      """
    case .missingFile(let path):
      "\(path): is missing, though the run wrote it; put it back, or start a new run"
    case .damagedFile(let path):
      "\(path): is not as the run wrote it (its checksum differs); put it back, or start a new run"
    default: nil
    }
  }

  /// The wording of what is wrong with one stage or one command.
  private var stageDescription: String {
    switch self {
    case .stageMissing(let stage, let needs, let run):
      "\(run): stage \(stage) needs the output of stage \(needs); run that stage first"
    case .noSegmenter(let run, let stage):
      "\(run): has no trained segmenter; go on with the run until its stage \(stage) is done"
    case .noClassifier(let run, let stage):
      "\(run): has no trained classifier; go on with the run until its stage \(stage) is done"
    case .noClassMaps(let run):
      "\(run): its method trains no classifier that has class maps; name a run of another method"
    case .endsOtherwise(let run, let goals):
      "\(run): ends in \(goals.joined(separator: " and ")), not in a segmenter; name a run that trains one"
    case .unknownStage(let name, let known):
      "--stages: there is no stage \"\(name)\"; the stages are \(known.joined(separator: ", "))"
    case .notFinite(let term, let step, let images):
      """
      step \(step): \(term) is not finite for the images \(images.joined(separator: ", ")); \
      lower the learning rate or set clip_norm
      """
    case .badStart(let stage, let parameter, let step):
      """
      \(stage): \(parameter) is not finite after step \(step), where the stage begins; \
      check the weights that it starts from
      """
    case .scoresNotFinite(let image):
      """
      \(image): the network's scores are not finite, so its weights have grown too large or are damaged; \
      train it again with a lower learning rate
      """
    case .notEnoughMemory(let image, let pixels, let needed, let available, let remedy):
      """
      \(image): \(pixels) take at least \(Self.gigabytes(needed)) of memory, and \
      \(Self.gigabytes(available)) are free; \(remedy)
      """
    case .checkpointOfAnotherModel(let path, let reason):
      "\(path): is a checkpoint of another model (\(reason)); use the configuration it was made with"
    case .weightsOnly(let path):
      """
      \(path): holds weights but no optimizer state; put the stage's own last.safetensors back, \
      or remove the file to train the stage again
      """
    case .missingWeights(let path):
      """
      \(path): there is no such file of pretrained weights; set model.weights or --weights to where it is, \
      or make it with Checkpoints/convert.py
      """
    case .interrupted(let stage, let step, let command):
      "interrupted in stage \(stage)\(step.map { " at step \($0)" } ?? ""), all is saved; "
        + "go on with: \(command)"
    case .stopped(let work):
      "stopped, what is written stays; start \(work) once more to do all pictures"
    case .noImages(let path, let reason):
      "\(path): \(reason); name image files or a folder that holds some"
    case .sameOutput(let name, let first, let second, let work):
      "\(first) and \(second): both would be written to \(name).png; \(work) them into two folders"
    case .outputGone(let path):
      """
      \(path): is gone, though the run has made it; go on with --resume, and where that does not help, \
      remove the folders of its stage and of those behind it first
      """
    case .outputReplaced(let path, let newPath?):
      """
      \(path): was changed by somebody else while the stage ran, and is called \(newPath) now; \
      go on with --resume
      """
    case .outputReplaced(let path, nil):
      """
      \(path): was changed by somebody else while the run went on; remove the folders of its stage and of \
      those behind it, and go on with --resume
      """
    case .ownFileChanged(let path, let isGone):
      """
      \(path): \(isGone ? "is gone" : "was changed"), though the run needs it as it was; put it back, then \
      go on with --resume, or start a new run
      """
    case .logChanged(let path):
      """
      \(path): was replaced or cut by somebody else while the run went on, so that lines are lost; go on \
      with --resume, since nothing but the log depends on them
      """
    case .nothingLabeled(let masks):
      """
      masks: all pixels of the \(masks) pseudo-masks are left open (255), so there is nothing to learn from; \
      loosen masks.labeling, or set segment.labels to seeds
      """
    case .otherFiles(let path, true, let found, let wanted):
      """
      \(path): is missing, as \(found) files lie there for \(wanted) images; go on with --resume, and where \
      that does not help, remove the folders of its stage and of those behind it first
      """
    case .otherFiles(let path, false, let found, let wanted):
      """
      \(path): is none of the stage's files, as \(found) files lie there for \(wanted) images; remove it and \
      go on with --resume
      """
    case .outputIsInput(let path, let work, let option):
      """
      \(path): pictures to \(work) lie in there, where nothing is written; name another folder with \
      \(option)
      """
    case .foreignOutput(let path, let work, let option):
      """
      \(path): is there already and was not made by \(work); name another folder with \(option), \
      or remove it
      """
    case .notPredicted(let count, let all, let work):
      """
      \(count) of \(all) pictures could not be \(work.participle); mend or remove those that are named \
      above
      """
    default: String(reflecting: self)
    }
  }
}
