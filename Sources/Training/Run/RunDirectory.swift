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

  /// Makes the next free run folder of a configuration.
  ///
  /// - Throws: `RunError.cannotWrite` if it cannot be made.
  public static func create(configuration: String, under root: String) throws(RunError) -> RunDirectory {
    let parent = (root.hasSuffix("/") ? root : root + "/") + configuration
    let files = FileManager.default
    do {
      try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
      var number = (numbers(in: parent).last ?? 0) + 1
      while true {
        let path = parent + "/\(number)"
        // mkdir tells apart who made a folder, so two runs that start together get one each.
        if mkdir(path, 0o777) == 0 { return RunDirectory(path: path) }
        guard errno == EEXIST else {
          throw RunError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
        }
        number += 1
      }
    } catch let error as RunError {
      throw error
    } catch {
      throw .cannotWrite(path: parent, reason: RunError.reason(of: error))
    }
  }

  /// The newest run folder of a configuration.
  ///
  /// - Throws: `RunError.nothingToResume` if there is none.
  public static func latest(configuration: String, under root: String) throws(RunError) -> RunDirectory {
    let parent = (root.hasSuffix("/") ? root : root + "/") + configuration
    guard let number = numbers(in: parent).last else { throw .nothingToResume(path: parent) }
    return RunDirectory(path: parent + "/\(number)")
  }

  private static func numbers(in parent: String) -> [Int] {
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

  /// Writes a text file below the run's folder, whole or not at all.
  ///
  /// - Throws: `RunError.cannotWrite`.
  public func write(_ text: String, to name: String) throws(RunError) {
    do {
      try AtomicFile.write(text, to: file(name))
    } catch {
      throw .cannotWrite(path: error.path, reason: error.reason)
    }
  }

  /// The text of a file below the run's folder, or `nil` if it cannot be read.
  public func text(of name: String) -> String? {
    FileManager.default.contents(atPath: file(name)).map { String(decoding: $0, as: UTF8.self) }
  }
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
