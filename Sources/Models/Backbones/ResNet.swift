import Autograd
public import Configuration
public import NeuralNetwork

/// The options that all residual networks share.
public protocol ResNetOptions: StridedBackboneOptions {
  /// Whether strides that `outputStride` takes away become dilations (DeepLab); IRN leaves them out.
  var dilated: Bool { get }
  /// Whether batch norms use their running statistics while training, too.
  var frozenNorm: Bool { get }
  /// The number of leading parts (stem, `layer1` …) whose parameters do not learn; IRN freezes 3.
  var frozenStages: Int { get }
  /// What distinguishes the members of the family.
  static var variant: ResNetVariant { get }
}

/// What distinguishes residual networks.
public struct ResNetVariant: Sendable {
  /// The number of blocks of each stage.
  let depths: [Int]
  let hasBottleneck: Bool
}

/// What the options of all residual networks mean.
private enum ResNetKeys {
  static let outputStride = "input pixels per step of the last map: 32, 16 or 8"
  static let dilated = "whether strides that output_stride takes away become dilations"
  static let frozenNorm = "whether batch norms keep their running statistics while training"
  static let frozenStages = "leading parts that do not learn: 1 is the stem, 2 also layer1, …"
}

extension ResNetOptions {
  public static var headName: String { "fc" }

  public var stages: [BackboneStage] {
    plan.stages.enumerated().map { index, stage in
      BackboneStage(
        "layer\(index + 1)", channels: (Self.variant.hasBottleneck ? 256 : 64) << index,
        stride: stage.totalStride, isNonnegative: true)
    }
  }

  fileprivate var plan: StridePlan {
    StridePlan(stem: 4, strides: [1, 2, 2, 2], outputStride: outputStride, dilated: dilated)
  }

  public func build(in scope: ParameterScope) -> any Backbone { ResNet(self, Self.variant, in: scope) }
}

/// ResNet-18: 11.7 M parameters with its classifier, 512 output channels.
public struct ResNet18: ResNetOptions {
  public static let name = "resnet18"
  public static let variant = ResNetVariant(depths: [2, 2, 2, 2], hasBottleneck: false)
  @Setting(ResNetKeys.outputStride, .oneOf([8, 16, 32])) public var outputStride = 32
  @Setting(ResNetKeys.dilated) public var dilated = true
  @Setting(ResNetKeys.frozenNorm) public var frozenNorm = false
  @Setting(ResNetKeys.frozenStages, 0...5) public var frozenStages = 0

  public init() {}
}

/// ResNet-34: 21.8 M parameters with its classifier, 512 output channels.
public struct ResNet34: ResNetOptions {
  public static let name = "resnet34"
  public static let variant = ResNetVariant(depths: [3, 4, 6, 3], hasBottleneck: false)
  @Setting(ResNetKeys.outputStride, .oneOf([8, 16, 32])) public var outputStride = 32
  @Setting(ResNetKeys.dilated) public var dilated = true
  @Setting(ResNetKeys.frozenNorm) public var frozenNorm = false
  @Setting(ResNetKeys.frozenStages, 0...5) public var frozenStages = 0

  public init() {}
}

/// ResNet-50: 25.6 M parameters with its classifier, 2048 output channels.
public struct ResNet50: ResNetOptions {
  public static let name = "resnet50"
  public static let variant = ResNetVariant(depths: [3, 4, 6, 3], hasBottleneck: true)
  @Setting(ResNetKeys.outputStride, .oneOf([8, 16, 32])) public var outputStride = 32
  @Setting(ResNetKeys.dilated) public var dilated = true
  @Setting(ResNetKeys.frozenNorm) public var frozenNorm = false
  @Setting(ResNetKeys.frozenStages, 0...5) public var frozenStages = 0

  public init() {}
}

/// ResNet-101: 44.5 M parameters with its classifier, 2048 output channels.
public struct ResNet101: ResNetOptions {
  public static let name = "resnet101"
  public static let variant = ResNetVariant(depths: [3, 4, 23, 3], hasBottleneck: true)
  @Setting(ResNetKeys.outputStride, .oneOf([8, 16, 32])) public var outputStride = 32
  @Setting(ResNetKeys.dilated) public var dilated = true
  @Setting(ResNetKeys.frozenNorm) public var frozenNorm = false
  @Setting(ResNetKeys.frozenStages, 0...5) public var frozenStages = 0

  public init() {}
}

/// A residual network with torchvision's names and its "V1.5" strides (He et al., CVPR 2016).
///
/// Stem 7×7 stride 2 and 3×3 max-pool stride 2, then four stages of residual blocks; the stride of a stage is
/// in the 3×3 convolution of its first block. Maps `layer1` … `layer4`.
struct ResNet: Backbone {
  let stages: [BackboneStage]
  private let name: String
  private let stem: ConvolutionUnit
  private let blocks: [[ResidualBlock]]

  init(_ options: some ResNetOptions, _ variant: ResNetVariant, in scope: ParameterScope) {
    name = type(of: options).name
    let (frozenNorm, frozenStages) = (options.frozenNorm, options.frozenStages)
    checkOutputStride(name, options.outputStride)
    precondition(
      (0...5).contains(frozenStages), "\(name): frozen stages must be 0 … 5, not \(frozenStages)")
    stages = options.stages
    let firstParameter = scope.store.parameters.count
    var ends: [Int] = []
    stem = ConvolutionUnit(
      3, 64, kernel: 7, stride: 2, frozenNorm: frozenNorm, in: scope["conv1"], scope["bn1"])
    ends.append(scope.store.parameters.count)
    var (channels, blocks) = (64, [[ResidualBlock]]())
    for (index, stage) in options.plan.stages.enumerated() {
      let (width, outputs) = (64 << index, stages[index].channels)
      let stageScope = scope["layer\(index + 1)"]
      blocks.append(
        (0..<variant.depths[index]).map { number in
          defer { channels = outputs }
          return ResidualBlock(
            channels, width, outputs, stride: number == 0 ? stage.stride : 1,
            firstDilation: number == 0 ? stage.firstDilation : stage.dilation, dilation: stage.dilation,
            hasBottleneck: variant.hasBottleneck, frozenNorm: frozenNorm, in: stageScope[number])
        })
      ends.append(scope.store.parameters.count)
    }
    self.blocks = blocks
    guard frozenStages > 0 else { return }
    for parameter in scope.store.parameters[firstParameter..<ends[frozenStages - 1]] {
      parameter.isFrozen = true
    }
  }

  func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    checkImages(name, images)
    var features = FeatureMaps()
    var x = stem(images, pass).maxPool2D(window: 3, stride: 2, padding: 1)
    for (stage, blocks) in zip(stages, blocks) {
      for block in blocks { x = block(x, pass) }
      features.append(stage.name, x)
    }
    return features
  }
}

/// `relu(x + f(x))`, where `f` is two 3×3 convolutions, or 1×1, 3×3 and 1×1 for a bottleneck.
///
/// The identity is projected by a 1×1 convolution where the extents differ.
private struct ResidualBlock: Layer {
  private let units: [ConvolutionUnit]
  private let shortcut: ConvolutionUnit?

  init(
    _ inputs: Int, _ width: Int, _ outputs: Int, stride: Int, firstDilation: Int, dilation: Int,
    hasBottleneck: Bool, frozenNorm: Bool, in scope: ParameterScope
  ) {
    func unit(
      _ number: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1,
      activation: Activation = .relu
    ) -> ConvolutionUnit {
      ConvolutionUnit(
        inputs, outputs, kernel: kernel, stride: stride, dilation: dilation, activation: activation,
        frozenNorm: frozenNorm, in: scope["conv\(number)"], scope["bn\(number)"])
    }
    if hasBottleneck {
      units = [
        unit(1, inputs, width, kernel: 1),
        unit(2, width, width, kernel: 3, stride: stride, dilation: firstDilation),
        unit(3, width, outputs, kernel: 1, activation: .none),
      ]
    } else {
      units = [
        unit(1, inputs, width, kernel: 3, stride: stride, dilation: firstDilation),
        unit(2, width, outputs, kernel: 3, dilation: dilation, activation: .none),
      ]
    }
    guard stride != 1 || inputs != outputs else {
      shortcut = nil
      return
    }
    let down = scope["downsample"]
    shortcut = ConvolutionUnit(
      inputs, outputs, kernel: 1, stride: stride, activation: .none, frozenNorm: frozenNorm, in: down[0],
      down[1])
  }

  func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    let identity = shortcut?(input, pass) ?? input
    let inner = units.dropLast().reduce(input) { $1($0, pass) }
    return units[units.count - 1](inner, pass, adding: identity, activation: .relu)
  }
}
