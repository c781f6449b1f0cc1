public import Autograd
import Configuration
import Files
import Foundation
public import Imaging
public import Models
import NeuralNetwork
public import Reporting
public import WeakSupervision

/// A backbone with the classifier that its published weights have, such as the 1000 classes of ImageNet:
/// it can be explained without any training.
///
/// Its classes exclude each other: scores become probabilities by softmax.
public struct PublishedClassifier: Classifier {
  /// What the classes are called, in the order of the scores.
  public let classNames: [String]
  public let normalization: Normalization
  private let network: any PublishedHead

  public var stages: [BackboneStage] { network.stages }
  public var inputMultiple: Int { network.backbone.inputMultiple }
  public var attention: (any TokenAttention)? { network.backbone.attention }
  public var readsClassToken: Bool { network.readsClassToken }
  public var blocksRead: Int { attention?.depth ?? 0 }

  /// Opens weights of torchvision or timm together with the classifier in them, whatever it is called there:
  /// `fc` (ResNets), `classifier` (EfficientNets), `classifier.1` (MobileNetV2, SqueezeNet), `head` on the
  /// class token (vision transformers).
  ///
  /// A file of class names has one name a line in the order of the scores; a WordNet id before a name does
  /// not count, and a name that stands twice gets its number behind it. Without a file, classes are called by
  /// their numbers, from 0. What the network expects of its input is what is `given`, or what the file says,
  /// else what is usual for the backbone. What was changed or left out is told.
  ///
  /// - Throws: `RunError.missingWeights`, `WeightFileError`, `WeightLoadError`, `PretrainedError`,
  ///   `InputStatisticsError`, `ListError`, `PublishedClassifierError` for a file without a classifier or a
  ///   list of another number of names.
  public init(
    _ backbone: any BackboneOptions, weights path: String, classesFile: String? = nil,
    normalization given: Normalization? = nil, telling reporter: Reporter = Reporter([])
  ) throws {
    guard FileManager.default.fileExists(atPath: path) else { throw RunError.missingWeights(path: path) }
    let reader = try SafetensorsReader(path: path)
    let classes = try Self.classes(of: backbone, in: reader)
    let store = ParameterStore(seed: 0)
    network = backbone.buildWithHead(classes: classes, in: store.root)
    normalization = try given ?? Self.normalization(of: backbone, in: reader)
    let file = try PretrainedFile(
      reader, names: store.stateEntries().map(\.name), head: type(of: backbone).headName)
    try store.start(
      from: file, of: backbone, normalization, statistics: given == nil ? .arguments : nil, telling: reporter)
    classNames = try Self.classNames(classesFile, count: classes, weights: path)
  }

  /// The same network before any training, with initial values from `seed`; what tests of explainers by
  /// random weights compare with.
  public func untrained(_ backbone: any BackboneOptions, seed: UInt64) -> PublishedClassifier {
    PublishedClassifier(
      untrained: backbone, classNames: classNames, seed: seed, normalization: normalization)
  }

  /// A network before any training, with initial values from `seed`.
  public init(
    untrained backbone: any BackboneOptions, classNames: [String], seed: UInt64,
    normalization: Normalization = .imageNet
  ) {
    (self.classNames, self.normalization) = (classNames, normalization)
    network = backbone.buildWithHead(classes: classNames.count, in: ParameterStore(seed: seed).root)
  }

  public func features(_ images: Tensor) -> FeatureMaps { network.features(images, .inference) }

  public func logits(_ features: FeatureMaps) -> Tensor { network.logits(features, .inference) }

  public func classMaps(_ features: FeatureMaps) -> Tensor { network.classMaps(features, .inference) }

  public func attendedFeatures(_ images: Tensor) -> FeatureMaps { network.attendedFeatures(images) }

  public func logits(_ features: FeatureMaps, endingBehind block: Int) -> Tensor {
    guard let attention else { preconditionFailure("classifier: there is no attention") }
    return logits(attention.ending(features, behind: block, as: network.backbone.output.name))
  }
}

extension PublishedClassifier {
  /// The number of classes that the classifier in a file tells apart.
  private static func classes(
    of backbone: any BackboneOptions, in reader: SafetensorsReader
  ) throws(PublishedClassifierError) -> Int {
    let head = type(of: backbone).headName
    let weight = "\(head).weight"
    let found = reader.entries.filter { $0.key == weight || $0.key.hasSuffix(".\(weight)") }
    guard let first = found.min(by: { ($0.key.count, $0.key) < ($1.key.count, $1.key) }),
      let classes = first.value.shape.first, classes > 0
    else { throw .noHead(path: reader.path, head: head, backbone: type(of: backbone).name) }
    return classes
  }

  /// What a file says of the network's input, or what is usual.
  private static func normalization(
    of backbone: any BackboneOptions, in reader: SafetensorsReader
  ) throws(InputStatisticsError) -> Normalization {
    let usual = backbone.normalization
    do {
      return try Normalization(metadata: reader.metadata, path: reader.path, usual: usual) ?? usual
    } catch {
      var error = error
      error.options = .arguments
      throw error
    }
  }

  /// The names in a file, or numbers.
  private static func classNames(_ path: String?, count: Int, weights: String) throws -> [String] {
    guard let path else { return (0..<count).map(String.init) }
    let lines = try TextList.lines(of: path)
    guard lines.count == count else {
      throw PublishedClassifierError.classCount(
        path: path, found: lines.count, weights: weights, needed: count)
    }
    let names = lines.map { withoutWordNetID($0.text) }
    let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    return names.enumerated().map { index, name in counts[name] == 1 ? name : "\(name) \(index)" }
  }

  /// What stands behind an id such as `n01440764`.
  private static func withoutWordNetID(_ line: String) -> String {
    let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    guard words.count == 2, words[0].count == 9, words[0].first == "n", Int(words[0].dropFirst()) != nil
    else {
      return line
    }
    return words[1].trimmingCharacters(in: .whitespaces)
  }
}

/// What can be wrong with published weights as a classifier.
public enum PublishedClassifierError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file has no classifier.
  case noHead(path: String, head: String, backbone: String)
  /// A list of class names does not belong to the weights.
  case classCount(path: String, found: Int, weights: String, needed: Int)

  /// Where, what, what to do; in one line.
  public var description: String {
    switch self {
    case .noHead(let path, let head, let backbone):
      """
      \(path.printable): has no classifier for \(backbone) (\(head).weight); name a file with one, \
      such as Checkpoints/convert.py writes, or train a classifier
      """
    case .classCount(let path, let found, let weights, let needed):
      """
      \(path.printable): has \(found) class names, but the classifier of \(weights.printable) has \
      \(needed) classes; name one class a line
      """
    }
  }
}
