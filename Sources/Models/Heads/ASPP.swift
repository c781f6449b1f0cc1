import Autograd
public import Configuration
public import NeuralNetwork

/// DeepLabV2's atrous spatial pyramid: the sum of dilated 3×3 convolutions straight to the classes.
///
/// The convolutions have biases. Weights start normal with deviation 0.01, biases at zero (Chen et al., TPAMI
/// 2018).
public struct ASPP: HeadOptions {
  public static let name = "aspp"
  @Setting(
    "dilations of the parallel convolutions, in positions of the map",
    .notEmpty("list at least one dilation"), .each(.within(1...4096)),
    .count(1...16))
  public var rates = [6, 12, 18, 24]

  public init() {}

  public func build(
    for backbone: any Backbone, classes: Int, in scope: ParameterScope
  ) -> any SegmentationHead {
    precondition(!rates.isEmpty, "aspp: there must be at least one rate")
    return ASPPNetwork(
      branches: rates.enumerated().map { index, rate in
        Conv2D(
          backbone.output.channels, classes, kernel: 3, padding: rate, dilation: rate,
          initializer: .normal(0.01), in: scope["c\(index)"])
      })
  }
}

private struct ASPPNetwork: SegmentationHead {
  let branches: [Conv2D]

  func callAsFunction(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    let input = features.last
    return branches.dropFirst().reduce(branches[0](input, pass)) { $0 + $1(input, pass) }
  }
}
