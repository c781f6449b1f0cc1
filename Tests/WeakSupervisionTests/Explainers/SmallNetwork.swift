import Autograd
import Models
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
  func explained(power: Float = 1) -> ExplainedNetwork {
    ExplainedNetwork(
      lastStage: "second",
      features: { images in
        var features = FeatureMaps()
        let early = images.conv2D(first, padding: 1).relu()
        features.append("first", early)
        features.append("second", early.conv2D(second, stride: 2, padding: 1).relu())
        return features
      },
      logits: { features in
        let pooled = features.last.globalAveragePool()
        return (power == 1 ? pooled : pooled.power(power)).linear(classifier)
      },
      classMaps: { $0.last.linear(classifier) })
  }

  static func images(_ count: Int, height: Int = 6, width: Int = 10) -> Tensor {
    var random = Philox(seed: 12, name: "images")
    let shape: Shape = [count, height, width, 3]
    return Tensor((0..<shape.elementCount).map { _ in random.uniform(in: -1...1) }, shape: shape)
  }
}
