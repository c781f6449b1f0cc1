import Autograd
import Configuration
import Imaging
import Models
import NeuralNetwork
import Training
import WeakSupervision

/// A classifier whose features pass an expanding and, behind it, a shrinking deformable convolution.
///
/// The scheme of Li et al., "Expansion and shrinkage of localization for
/// weakly-supervised semantic segmentation", NeurIPS 2022: offsets that *raise* the classification loss make
/// the first convolution sample less and less discriminative parts; offsets that lower it, together with the
/// size of the maps, make the second leave out what does not belong to the class.
final class ExpansionNetwork {
  /// What the expanding convolution gives, or the shrinking one behind it.
  enum Output: String {
    case expanded, shrunk
  }

  let store: ParameterStore
  let backbone: any Backbone
  let expansion: DeformableConv2D
  let shrinkage: DeformableConv2D
  /// The classifier behind the expansion.
  let head: ClassificationHead
  /// The classifier behind the shrinkage.
  let shrunkHead: ClassificationHead
  /// The channels that the deformable convolutions work on.
  let width: Int
  private let reduction: Conv2D?
  private let options: ExpansionOptions
  /// What the network expects of its input.
  let normalization: Normalization

  /// A network for `classes` foreground classes, with initial values from the run's seed.
  init(_ job: any JobOptions, _ method: ExpansionShrinkage, classes: Int) {
    store = ParameterStore(seed: job.generatorSeed)
    options = method.expand
    normalization = job.model.normalization
    backbone = job.model.backbone.component.build(in: store.root["backbone"])
    let channels = backbone.output.channels
    width = options.width == 0 ? channels : min(options.width, channels)
    reduction =
      width < channels ? Conv2D(channels, width, kernel: 1, bias: false, in: store.root["reduction"]) : nil
    expansion = DeformableConv2D(
      width, limit: options.radius, center: options.center, in: store.root["expansion"])
    head = ClassificationHead(
      channels: width, classes: classes, pooling: .average, in: store.root["classifier"])
    let shrink = method.shrink
    shrinkage = DeformableConv2D(
      width, limit: shrink.radius, center: shrink.center, in: store.root["shrinkage"])
    shrunkHead = ClassificationHead(
      channels: width, classes: classes, pooling: .average, in: store.root["shrunk_classifier"])
  }

  /// The features that the expansion works on, `[batch, height, width, channels]`.
  func features(_ images: Tensor, _ pass: Pass) -> Tensor { reduced(backbone(images, pass).last, pass) }

  /// How far the expansion's taps move; no gradient flows on into the features.
  func expansionOffsets(_ features: Tensor, _ pass: Pass) -> Tensor {
    expansion.offsets(features.detached(), pass)
  }

  /// The expanded and clipped map `[batch, height, width, channels]`.
  func expanded(_ features: Tensor, offsets: Tensor, _ pass: Pass) -> Tensor {
    let map = expansion(features, offsets: offsets, pass)
    guard options.clip < 1 else { return map }
    let axes = options.clipScope == .channel ? [1, 2] : [1, 2, 3]
    let bound = map.detached().maximum(axes: axes, keepingAxes: true) * options.clip
    return map.pointwiseMinimum(bound)
  }

  /// What the shrinkage gives for images, and how far its taps move; everything in front of it is fixed.
  func shrunk(_ images: Tensor, _ pass: Pass) -> (map: Tensor, offsets: Tensor) {
    let input = output(.expanded, of: features(images, .inference)).detached()
    let offsets = shrinkage.offsets(input, pass)
    return (shrinkage(input, offsets: offsets, pass), offsets)
  }

  /// The network as explainers see it, up to one of its outputs.
  func classifier(_ output: Output) -> any Classifier { ExpansionClassifier(network: self, output: output) }

  /// An output for given features, for inference.
  fileprivate func output(_ output: Output, of features: Tensor) -> Tensor {
    let expanded = expanded(features, offsets: expansionOffsets(features, .inference), .inference)
    return output == .expanded ? expanded : shrinkage(expanded, .inference)
  }

  fileprivate func reduced(_ map: Tensor, _ pass: Pass) -> Tensor {
    reduction.map { $0(map, pass).relu() } ?? map
  }
}

/// One output of the network, in inference; its map stands behind those of the backbone.
private struct ExpansionClassifier: Classifier {
  let network: ExpansionNetwork
  let output: ExpansionNetwork.Output

  private var head: ClassificationHead { output == .expanded ? network.head : network.shrunkHead }
  var inputMultiple: Int { network.backbone.inputMultiple }
  var normalization: Normalization { network.normalization }
  var attention: (any TokenAttention)? { network.backbone.attention }

  var stages: [BackboneStage] {
    let own = network.backbone.output
    return network.backbone.stages
      + [BackboneStage(output.rawValue, channels: network.width, stride: own.stride)]
  }

  func features(_ images: Tensor) -> FeatureMaps {
    var maps = network.backbone(images, .inference)
    maps.append(output.rawValue, network.output(output, of: network.reduced(maps.last, .inference)))
    return maps
  }

  func attendedFeatures(_ images: Tensor) -> FeatureMaps {
    guard let attention else { return features(images) }
    var maps = attention.features(images)
    maps.append(output.rawValue, network.output(output, of: network.reduced(maps.last, .inference)))
    return maps
  }

  func logits(_ features: FeatureMaps) -> Tensor { head.logits(features, .inference) }

  func logits(_ features: FeatureMaps, endingBehind block: Int) -> Tensor {
    guard let attention else { return logits(features) }
    let last = attention.ending(features, behind: block, as: network.backbone.output.name).last
    return head.logits(network.output(output, of: network.reduced(last, .inference)), .inference)
  }

  func classMaps(_ features: FeatureMaps) -> Tensor { head.classMaps(features, .inference) }
}

extension ExpansionNetwork {
  /// Fixes backbone, reduction and main weights, as the paper's figure does.
  func freezeAsInTheFigure() {
    for parameter in store.parameters {
      let learns = ["expansion.offset", "classifier", "shrinkage.offset", "shrunk_classifier"]
      parameter.isFrozen = !learns.contains { parameter.name.hasPrefix($0) }
    }
  }

  /// Fixes everything in front of the shrinkage.
  func freezeExpansion() {
    for parameter in store.parameters where !parameter.name.hasPrefix("shr") { parameter.isFrozen = true }
  }

  /// Takes the trained classifier over, so that the first step scores nearly as the classifier did.
  ///
  /// With a reduction, the weights W of each class become two of its channels, relu(W·x) and relu(−W·x), and
  /// the new classifier subtracts the second from the first; the other channels start at random, unused. All
  /// rows have about the same length as a random one.
  ///
  /// - Throws: what reading the checkpoint throws, and `ExpansionError.tooNarrow`.
  func startFromClassifier(_ path: String) throws {
    try Checkpoint.loadWeights(path, into: store, parts: ["backbone.": "backbone."])
    let weight = try SafetensorsReader(path: path).tensor("classifier.weight")
    let (classes, channels) = (weight.shape[0], weight.shape[1])
    guard let reduction else {
      store.assign(weight, to: "classifier.weight")
      return
    }
    let width = reduction.weight.shape[3]
    guard 2 * classes <= width else { throw ExpansionError.tooNarrow(width: width, classes: classes) }
    let lengths = (3 * weight.squared().sum(axes: [1])).squareRoot().scalars.map { max($0, 1e-12) }
    let rows = weight.scalars
    reduction.weight.update { kernel in
      for channel in 0..<channels {
        for row in 0..<classes {
          let value = rows[row * channels + channel] / lengths[row]
          kernel[channel * width + row] = value
          kernel[channel * width + classes + row] = -value
        }
      }
    }
    store.assign(
      Tensor(shape: [classes, width]) { out in
        for row in 0..<classes {
          for column in 0..<width {
            out[row * width + column] =
              column == row ? lengths[row] : column == classes + row ? -lengths[row] : 0
          }
        }
      }, to: "classifier.weight")
  }

  /// Gives the classifier behind the shrinkage the weights of the one behind the expansion.
  func startShrinkage() {
    guard let source = store.parameters.first(where: { $0.name == "classifier.weight" }) else { return }
    store.assign(source.value.detached(), to: "shrunk_classifier.weight")
  }
}

extension ParameterStore {
  /// Gives the parameter called `name` its values.
  fileprivate func assign(_ value: Tensor, to name: String) {
    parameters.first { $0.name == name }?.assign(value)
  }
}

/// What can go wrong where the expansion begins.
enum ExpansionError: Error, Equatable, CustomStringConvertible {
  case tooNarrow(width: Int, classes: Int)

  var description: String {
    switch self {
    case .tooNarrow(let width, let classes):
      "expand.width: is \(width), too few for two channels of each of \(classes) classes; "
        + "use \(2 * classes) or more, or 0"
    }
  }
}
