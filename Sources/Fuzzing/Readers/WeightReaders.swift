import Autograd
import Foundation
import Imaging
import NeuralNetwork
import Training
import WeakSupervision

/// Tensors of safetensors files.
struct WeightReader: FuzzedReader {
  static let name = "safetensors"
  let corpus: [[UInt8]]
  let mutations = SafetensorsMutations.all
  private let file: InputFile

  init(folder: String) throws {
    file = InputFile("input.safetensors", in: folder)
    let one = SafetensorsWriter.Entry("a.weight", counting([2, 3]))
    let types = ScalarType.allCases.map { type in
      SafetensorsWriter.Entry("tensor \(type.rawValue)", counting([3]), type: type)
    }
    let few = [.init("scalar", counting([])), .init("empty", counting([0, 4])), one]
    corpus = try [
      InputFile.bytes(in: folder) { try SafetensorsWriter.write([one], to: $0) },
      unchecked(in: folder) { try SafetensorsWriter.write([one], to: $0) },
      unchecked(in: folder) { try SafetensorsWriter.write(types, metadata: ["format": "pt"], to: $0) },
      unchecked(in: folder) { try SafetensorsWriter.write(few, metadata: ["é": "\n"], to: $0) },
    ]
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    let reader = try SafetensorsReader(path: file.path)
    let tensors = try reader.entries.keys.sorted().map { (name: $0, tensor: try reader.tensor($0)) }
    for (name, tensor) in tensors where tensor.shape != reader.entries[name]?.shape {
      throw Disagreement("\(name) is \(tensor.shape)")
    }
    let path = file.path + ".copy"
    return {
      try SafetensorsWriter.write(tensors, metadata: reader.metadata, to: path)
      return Array(FileManager.default.contents(atPath: path) ?? Data())
    }
  }
}

/// Class maps as stages hand them on.
struct ClassMapReader: FuzzedReader {
  static let name = "class-maps"
  let corpus: [[UInt8]]
  let mutations = SafetensorsMutations.all
  private let file: InputFile

  init(folder: String) throws {
    file = InputFile("input.safetensors", in: folder)
    corpus = try [[0, 2], [1], []].map { classes in
      try unchecked(in: folder) { path in
        try ClassMaps(classes: classes, maps: counting([2, 3, classes.count])).write(to: path)
      }
    }
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    let maps = try ClassMaps(contentsOf: file.path)
    // A file of maps of no class may rightly be small and speak of a large picture.
    if maps.classes.isEmpty { return { [] } }
    let labels = maps.labels(maps.probabilities(background: 0.5))
    return { labels.ids }
  }
}

/// Checkpoints of a small model that is then trained for one more step.
struct CheckpointReader: FuzzedReader {
  static let name = "checkpoint"
  let corpus: [[UInt8]]
  let mutations = SafetensorsMutations.all
  private let file: InputFile
  private let adamW = Trained { AdamW([ParameterGroup($0, learningRate: 0.01)]) }
  private let sgd = Trained { SGD([ParameterGroup($0, learningRate: 0.01)]) }

  init(folder: String) throws {
    file = InputFile("input.safetensors", in: folder)
    var corpus: [[UInt8]] = []
    for trained in [adamW, sgd] {
      trained.step()
      for checkpoint in [Checkpoint(step: 1), Checkpoint(step: 7, best: 0.5, isJudged: false, memory: "{}")] {
        corpus.append(
          try unchecked(in: folder) { try checkpoint.save(trained.store, trained.optimizer, to: $0) })
      }
    }
    self.corpus = corpus
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    do {
      try adamW.goOn(file.path)
    } catch {
      try sgd.goOn(file.path)
    }
    try Checkpoint.loadWeights(file.path, into: adamW.store)
    return { [] }
  }

  /// A layer and a norm with an optimizer.
  private final class Trained {
    let store = ParameterStore(seed: 0)
    let optimizer: any Optimizer
    private let layer: Linear
    private let norm: BatchNorm

    init(_ optimizer: ([Parameter]) -> any Optimizer) {
      layer = Linear(2, 3, in: store.root["layer"])
      norm = BatchNorm(3, in: store.root["norm"])
      self.optimizer = optimizer(store.parameters)
    }

    func goOn(_ path: String) throws {
      _ = try Checkpoint.load(path, into: store, optimizer)
      step()
    }

    func step() {
      let pass = Pass.training(seed: 0, step: 0)
      optimizer.step(norm(layer(counting([4, 2]), pass), pass).sum().gradients())
    }
  }
}

/// A weight file whose checksum has another name: with it, every change would be refused for the same reason.
private func unchecked(in folder: String, _ make: (_ path: String) throws -> Void) throws -> [UInt8] {
  var bytes = try InputFile.bytes(in: folder, make)
  TextMutations.replace("\"checksum\":", by: "\"checksun\":", in: &bytes)
  return bytes
}

/// The numbers 0, 1, 2, ….
private func counting(_ shape: Shape) -> Tensor {
  let count = shape.reduce(1, *)
  return Tensor((0..<count).map(Float.init), shape: shape)
}
