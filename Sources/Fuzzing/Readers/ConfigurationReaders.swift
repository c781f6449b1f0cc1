import Autograd
import Configuration
import Datasets
import Foundation
import Models
import Seedling
import Training

/// Configuration files.
struct ConfigurationReader: FuzzedReader {
  static let name = "yaml"
  static let share = 1
  let corpus: [[UInt8]]
  let mutations: [Mutation]
  private let file: InputFile

  init(folder: String) {
    file = InputFile("input.yaml", in: folder)
    let whole = ConfigurationLoader.yaml(of: RunConfiguration())
    let parts = [
      """
      seed: 7
      model: {backbone: squeezenet1_1, weights: none}
      refine: [par, {name: dense-crf, iterations: 2}]

      """,
      """
      # comment
      seeds:
        scales: [0.5, 1.0, 1.5]
        base_size: 64
      evaluate: &e
        base_size: 0x40
        scales:
        - 1
      """,
      """
      segment:
        schedule: {iterations: 10, warm_up: 2, batch: 4}
        augmentation:
          crop: 96
          scale: [0.5, 2]
      """,
      """
      data:
        name: folder
        root: "a b"
        labels: 'labels.csv'
        val_fraction: .25
        seed: 18446744073709551615

      """,
    ]
    corpus = ([whole, ""] + ConfigurationWords.components + parts).map { Array($0.utf8) }
    mutations = TextMutations.all(ConfigurationWords.all)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    let configuration = try ConfigurationLoader.load(RunConfiguration.self, file: file.path)
    _ = try configuration.plan()
    return try ConfigurationWords.rereading(configuration, file)
  }
}

/// Options on the command line, one a line.
struct SettingReader: FuzzedReader {
  static let name = "setting"
  static let share = 1
  let corpus = [
    "seed=3\nmodel.backbone=squeezenet1_1\n",
    "segment.schedule.iterations=100\nsegment.optimizer.learning_rate=6e-5",
    "refine=[par]\nseeds.scales=[1, 1.5]", "data.train_images=5", "segment.augmentation={crop: 64, flip: 0}",
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all(ConfigurationWords.all + ["=", ".", "\n", "seeds.", "a.b.c.d=1"])
  private let file: InputFile

  init(folder: String) {
    file = InputFile("copy.yaml", in: folder)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    let lines = String(decoding: input, as: UTF8.self).split(separator: "\n").map(String.init)
    let configuration = try ConfigurationLoader.load(RunConfiguration.self, overrides: lines)
    return try ConfigurationWords.rereading(configuration, file)
  }
}

private enum ConfigurationWords {
  /// A file for each method and each data set, with a backbone that suits it where the default does not.
  static let components =
    Catalog.Methods.members.flatMap { method in
      Catalog.Backbones.members.prefix(8).map {
        "model: {backbone: \($0.name)}\nmethod: {name: \(method.name)}\n"
      }
    } + Catalog.Datasets.members.map { "data: {name: \($0.name)}\n" }
    + Catalog.MethodsBehind.members.map { "behind: [\($0.name)]\n" }

  /// Marks of YAML, and the keys and the names that there are.
  static let all =
    [
      ": ", "- ", "\n", "\n  ", "#", "&a ", "*a", "<<: *a", "? ", "|\n", ">-\n", "!!int ", "!!binary ", "!x ",
      "---\n",
      "...\n", "%YAML 1.2\n", "{", "}", "[", "]", ",", "\"", "'", "\\", "~", "null", "true", "no", ".nan",
      "-.inf",
      "[*a,*a]", "&a [*a,*a]\n", "{a: ", "[[", "base: [input.yaml]\n", "base: other.yaml\n", "0o17", "1e-3",
      "1:30",
      "2007_000032", "name: ", "\t",
    ] + keys + Catalog.Heads.members.map { $0.name } + Catalog.Refiners.members.map { $0.name }

  private static let keys: [String] = ConfigurationLoader.yaml(of: RunConfiguration())
    .split(separator: "\n").compactMap { line in
      line.firstIndex(of: ":").map { line[...$0].trimmingCharacters(in: [" ", "-"]) }
    }

  /// Checks that what is written of a configuration is read as the same.
  static func rereading(_ configuration: RunConfiguration, _ file: InputFile) throws -> Reading {
    let text = ConfigurationLoader.yaml(of: configuration)
    try file.write(Array(text.utf8))
    let again = try ConfigurationLoader.load(RunConfiguration.self, file: file.path)
    guard ConfigurationLoader.yaml(of: again) == text else {
      throw Disagreement("what is written of the configuration is not read as the same")
    }
    return { Array(text.utf8) }
  }
}
