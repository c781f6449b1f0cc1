import Configuration
import Foundation
import TestSupport

/// A configuration with one option of every kind.
struct Run: Section, Equatable {
  enum Labels: String, Codable, CaseIterable, Sendable {
    case image, groundTruth = "ground-truth", seeds
  }

  var name = "baseline"
  @Setting("where all random numbers come from") var seed: UInt64 = 0
  var labels = Labels.image
  @Setting("whether masks are sharpened") var useCRF = false
  var schedule = Schedule()
  @Setting("how the weights move") var optimizer = Optimizer()
  var cam = Choice<Explainers>(PlainCAM())
  var refiners: [Choice<Refiners>] = []
  var groups: [Group] = []
  var scales: [Float] = [1, 0.5]
  var classes: [String: Int] = [:]
  var sampleIDs: [String] = []
  var weights: String?
  var limit: Int?
  var polish: Schedule?

  static func == (left: Run, right: Run) -> Bool {
    ConfigurationLoader.yaml(of: left) == ConfigurationLoader.yaml(of: right)
  }
}

struct Schedule: Section, Validatable {
  var iterations = 1000
  var warmUp = 75

  func validate() throws(ConfigurationError) {
    if warmUp > iterations {
      throw .invalid("warm_up", "must not exceed iterations (\(iterations)), found \(warmUp)")
    }
  }
}

struct Optimizer: Section {
  @Setting("of the backbone, after warm-up") var learningRate = 6e-5
  var weightDecay: Float = 0.01
}

struct Group: Section {
  var match = ""
  var learningRateScale: Float = 1
}

enum Explainers: Family {
  static let members: [any Component.Type] = [PlainCAM.self, LayerCAM.self]
}

struct PlainCAM: Component {
  static let name = "cam"
}

struct LayerCAM: Component, Validatable {
  static let name = "layer-cam"
  @Setting("the maps that are looked at") var stages = ["layer4"]
  var temperature: Float = 1

  func validate() throws(ConfigurationError) {
    if stages.isEmpty { throw .invalid("stages", "needs at least one name") }
  }
}

enum Refiners: Family {
  static let members: [any Component.Type] = [PAR.self, DenseCRF.self]
}

struct PAR: Component {
  static let name = "par"
  var iterations = 10
  var dilations = [1, 2, 4]
}

struct DenseCRF: Component {
  static let name = "dense-crf"
  var iterations = 10
}

/// A folder of configuration files that vanishes after use.
struct Files {
  /// Writes `files` and calls `body` with a function from a name to its path; errors name the folder
  /// `Configs`.
  static func with<T>(_ files: [String: String], _ body: ((String) -> String) throws -> T) throws -> T {
    try withTemporaryFolder { folder in
      for (name, text) in files {
        let path = "\(folder)/\(name)"
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
      }
      return try body { "\(folder)/\($0)" }
    }
  }

  /// The configuration that `text` and `overrides` make of the default.
  static func load(_ text: String, _ overrides: [String] = []) throws -> Run {
    try load(Run.self, text, overrides)
  }

  /// The options of another section that `text` and `overrides` make of its default.
  static func load<T: Section>(_ type: T.Type, _ text: String, _ overrides: [String] = []) throws -> T {
    try with(["a.yaml": text]) { try ConfigurationLoader.load(file: $0("a.yaml"), overrides: overrides) }
  }

  /// The message that loading the file `a.yaml` fails with; `Configs/` stands for its folder.
  static func message(_ files: [String: String], _ overrides: [String] = []) throws -> String {
    try message(Run.self, files, overrides)
  }

  /// The message that loading a file with this text fails with.
  static func message(_ text: String) throws -> String { try message(["a.yaml": text]) }

  /// The message that loading another section from a file with this text fails with.
  static func message<T: Section>(
    _ type: T.Type, _ text: String, _ overrides: [String] = []
  ) throws -> String { try message(type, ["a.yaml": text], overrides) }

  private static func message<T: Section>(
    _ type: T.Type, _ files: [String: String], _ overrides: [String]
  ) throws -> String {
    try with(files) { path in
      do {
        _ = try ConfigurationLoader.load(type, file: path("a.yaml"), overrides: overrides)
        return "no error"
      } catch {
        return "\(error)".replacingOccurrences(of: path(""), with: "Configs/")
      }
    }
  }
}
