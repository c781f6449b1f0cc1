import Files
import Foundation

/// The folder of one run: `<Checkpoints>/<configuration>/<n>/`, where n counts up and nothing is overwritten.
public struct RunDirectory: Sendable {
  /// The folder.
  public let path: String

  /// The folder at `path`, which need not exist.
  public init(path: String) {
    self.path = path
  }

  /// The newest run of a configuration; a folder in which none began is passed over.
  ///
  /// - Throws: `RunError.nothingToResume` if there is none.
  public static func latest(configuration: String, under root: String) throws(RunError) -> RunDirectory {
    let parent = parent(of: configuration, under: root)
    let runs = numbers(in: parent).map { RunDirectory(path: parent + "/\($0)") }
    guard let run = runs.last(where: { $0.has(configFile) }) else { throw .nothingToResume(path: parent) }
    return run
  }

  /// The folder of all runs of a configuration.
  static func parent(of configuration: String, under root: String) -> String {
    (root.hasSuffix("/") ? root : root + "/") + configuration
  }

  /// The numbers of the run folders in a folder, in rising order.
  static func numbers(in parent: String) -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    return names.compactMap { Int($0) }.sorted()
  }

  /// The path of a file or folder below the run's.
  public func file(_ name: String) -> String { path + "/" + name }

  /// Whether a file or folder exists below the run's.
  public func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// Makes a folder below the run's, if it is not there, and returns its path.
  ///
  /// - Throws: `RunError.cannotWrite`.
  @discardableResult
  public func folder(_ name: String) throws(RunError) -> String {
    do {
      try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: file(name), reason: RunError.reason(of: error))
    }
    return file(name)
  }

  /// Writes a text file below the run's folder, whole or not at all; it is on the disk afterwards.
  ///
  /// - Throws: `RunError.cannotWrite`.
  public func write(_ text: String, to name: String) throws(RunError) {
    do {
      try AtomicFile.write(text, to: file(name))
      try AtomicFile.flush(folder: file(name.split(separator: "/").dropLast().joined(separator: "/")))
    } catch {
      throw .cannotWrite(path: error.path, reason: error.reason)
    }
  }

  /// The text of a file below the run's folder, or `nil` if it cannot be read or is no regular file.
  public func text(of name: String) -> String? {
    var status = stat()
    guard stat(file(name), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return FileManager.default.contents(atPath: file(name)).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// What lies beside the folders of the stages.
extension RunDirectory {
  /// The options of the run.
  public static let configFile = "config.yaml"
  /// The names of the foreground classes, one a line.
  public static let classFile = "classes.txt"
  /// What the run's data were.
  public static let dataFile = "data.tsv"
  /// How the names of folders begin that are not complete.
  public static let draftPrefix = ".new-"
  /// The events of the run.
  public static let logFile = "log.jsonl"
}

/// Where stages leave what others read.
extension RunDirectory {
  /// The class maps of an image.
  public func classMaps(of id: String) -> String { file("seeds/\(id).safetensors") }
  /// The class maps' labels at the fixed threshold.
  public func seedLabels(of id: String) -> String { "\(seedLabels)/\(id).png" }
  /// The folder of the labels of all class maps.
  public var seedLabels: String { file("seeds/labels") }
  /// The most probable class of each pixel after refinement.
  public func refinedLabels(of id: String) -> String { file("refine/labels/\(id).png") }
  /// The probability of that class, in steps of 1/255.
  public func refinedConfidence(of id: String) -> String { file("refine/confidence/\(id).png") }
  /// The pseudo-mask of an image.
  public func pseudoMask(of id: String) -> String { "\(pseudoMasks)/\(id).png" }
  /// The folder of all pseudo-masks.
  public var pseudoMasks: String { file("masks") }
  /// The prediction of a held-out image.
  public func prediction(of id: String) -> String { file("evaluate/predictions/\(id).png") }
}
