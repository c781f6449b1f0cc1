import Autograd
import Imaging
import Models
import NeuralNetwork
import WeakSupervision

/// Two 3×3 convolutions with rectifiers, and a linear classifier on the average-pooled last map.
struct SmallNetwork {
  static let classes = 4

  private let first: Tensor
  private let second: Tensor
  let classifier: Tensor

  init() {
    var random = Philox(seed: 11, name: "small network")
    func values(_ shape: Shape) -> Tensor {
      Tensor((0..<shape.elementCount).map { _ in random.uniform(in: -0.5...0.5) }, shape: shape)
    }
    first = values([3, 3, 3, 6])
    second = values([3, 3, 6, 5])
    classifier = values([Self.classes, 5])
  }

  /// The network, with `power` applied to the pooled features: 1 is linear.
  struct Explained: Classifier {
    var network = SmallNetwork()
    var power: Float = 1
    var inputMultiple: Int { 4 }
    var normalization: Normalization { .imageNet }

    var stages: [BackboneStage] {
      [BackboneStage("first", channels: 6, stride: 1), BackboneStage("second", channels: 5, stride: 2)]
    }

    func features(_ images: Tensor) -> FeatureMaps {
      var features = FeatureMaps()
      let early = images.conv2D(network.first, padding: 1).relu()
      features.append("first", early)
      features.append("second", early.conv2D(network.second, stride: 2, padding: 1).relu())
      return features
    }

    func logits(_ features: FeatureMaps) -> Tensor {
      let pooled = features.last.globalAveragePool()
      return (power == 1 ? pooled : pooled.power(power)).linear(network.classifier)
    }

    func classMaps(_ features: FeatureMaps) -> Tensor { features.last.linear(network.classifier) }
  }

  /// A classifier of two classes on a backbone with values of its own.
  static func plain(_ backbone: any Backbone) -> PooledClassifier {
    let head = ClassificationHead(
      channels: backbone.output.channels, classes: 2, pooling: .average, in: ParameterStore(seed: 1).root)
    return PooledClassifier(backbone, head)
  }

  static func images(_ count: Int, height: Int = 6, width: Int = 10) -> Tensor {
    var random = Philox(seed: 12, name: "images")
    let shape: Shape = [count, height, width, 3]
    return Tensor((0..<shape.elementCount).map { _ in random.uniform(in: -1...1) }, shape: shape)
  }
}

extension Explainer {
  /// The maps with a stream of its own.
  func maps(_ images: Tensor, classes: [Int], of classifier: any Classifier) -> Tensor {
    var random = Philox(seed: 1, name: "explainer")
    return maps(images, classes: classes, of: classifier, random: &random)
  }
}
