import Autograd
public import Configuration
public import NeuralNetwork

/// MobileNetV2: 3.5 M parameters with its classifier, 1280 output channels, torchvision's names
/// (Sandler et al., CVPR 2018).
public struct MobileNetV2: StridedBackboneOptions {
  public static let name = "mobilenetv2"
  public static let headName = "classifier.1"
  @Setting("input pixels per step of the last map: 32, 16 or 8", .oneOf([8, 16, 32]))
  public var outputStride = 32
  @Setting("whether strides that output_stride takes away become dilations") public var dilated = true
  @Setting("whether batch norms keep their running statistics while training") public var frozenNorm = false

  public init() {}

  public var stages: [BackboneStage] {
    var (stages, last) = ([BackboneStage](), 0)
    for ((_, channels, count, _), stage) in zip(MobileNetV2Network.groups, plan.stages) {
      last += count
      // The 64 channels are in the middle of a resolution, which ends with the 96.
      if channels != 64 {
        stages.append(BackboneStage("features.\(last)", channels: channels, stride: stage.totalStride))
      }
    }
    let stride = stages[stages.count - 1].stride
    // The blocks before it end with linear projections.
    return stages
      + [BackboneStage("features.\(last + 1)", channels: 1280, stride: stride, isNonnegative: true)]
  }

  fileprivate var plan: StridePlan {
    StridePlan(
      stem: 2, strides: MobileNetV2Network.groups.map(\.3), outputStride: outputStride, dilated: dilated)
  }

  public func build(in scope: ParameterScope) -> any Backbone {
    MobileNetV2Network(self, in: scope["features"])
  }
}

/// A stem, 17 inverted residual blocks and a last 1×1 convolution; maps at the end of each resolution.
private struct MobileNetV2Network: Backbone {
  let stages: [BackboneStage]
  private let layers: [any Layer]

  /// Expansion, channels, number of blocks and stride of each group of blocks.
  fileprivate static let groups = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
  ]

  init(_ options: MobileNetV2, in scope: ParameterScope) {
    checkOutputStride(MobileNetV2.name, options.outputStride)
    stages = options.stages
    let frozenNorm = options.frozenNorm
    var layers: [any Layer] = [
      ConvolutionUnit(
        3, 32, kernel: 3, stride: 2, activation: .relu6, frozenNorm: frozenNorm, in: scope[0][0], scope[0][1])
    ]
    var inputs = 32
    for ((expansion, channels, count, _), stage) in zip(Self.groups, options.plan.stages) {
      for number in 0..<count {
        layers.append(
          InvertedResidual(
            inputs, channels, expansion: expansion, stride: number == 0 ? stage.stride : 1,
            dilation: number == 0 ? stage.firstDilation : stage.dilation, frozenNorm: frozenNorm,
            in: scope[layers.count]["conv"]))
        inputs = channels
      }
    }
    let last = scope[layers.count]
    layers.append(
      ConvolutionUnit(320, 1280, kernel: 1, activation: .relu6, frozenNorm: frozenNorm, in: last[0], last[1]))
    self.layers = layers
  }

  func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    checkImages(MobileNetV2.name, images)
    var (x, features) = (images, FeatureMaps())
    let names = Set(stages.map(\.name))
    for (index, layer) in layers.enumerated() {
      x = layer(x, pass)
      if names.contains("features.\(index)") { features.append("features.\(index)", x) }
    }
    return features
  }
}

/// 1×1 expansion, 3×3 depthwise convolution and a linear 1×1 projection, added to the input where it fits.
private struct InvertedResidual: Layer {
  private let units: [ConvolutionUnit]
  private let isResidual: Bool

  init(
    _ inputs: Int, _ outputs: Int, expansion: Int, stride: Int, dilation: Int, frozenNorm: Bool,
    in scope: ParameterScope
  ) {
    let hidden = inputs * expansion
    var units: [ConvolutionUnit] = []
    if expansion != 1 {
      units.append(
        ConvolutionUnit(
          inputs, hidden, kernel: 1, activation: .relu6, frozenNorm: frozenNorm, in: scope[0][0], scope[0][1])
      )
    }
    let depthwise = scope[units.count]
    units.append(
      ConvolutionUnit(
        hidden, hidden, kernel: 3, stride: stride, dilation: dilation, groups: hidden, activation: .relu6,
        frozenNorm: frozenNorm, in: depthwise[0], depthwise[1]))
    units.append(
      ConvolutionUnit(
        hidden, outputs, kernel: 1, activation: .none, frozenNorm: frozenNorm, in: scope[units.count],
        scope[units.count + 1]))
    self.units = units
    isResidual = stride == 1 && inputs == outputs
  }

  func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    let inner = units.dropLast().reduce(input) { $1($0, pass) }
    let projection = units[units.count - 1]
    return isResidual ? projection(inner, pass, adding: input) : projection(inner, pass)
  }
}
