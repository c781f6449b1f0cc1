import Autograd
public import Configuration
public import Imaging
public import NeuralNetwork

/// The options that all EfficientNet-Lites share.
public protocol EfficientNetLiteOptions: StridedBackboneOptions {
  /// Whether strides that `outputStride` takes away become dilations.
  var dilated: Bool { get }
  /// Whether batch norms use their running statistics while training, too.
  var frozenNorm: Bool { get }
  /// What distinguishes the members of the family.
  static var variant: EfficientNetLiteVariant { get }
}

/// What distinguishes EfficientNet-Lites: the seven groups of blocks.
public struct EfficientNetLiteVariant: Sendable {
  /// The output channels of each group.
  let channels: [Int]
  /// The number of blocks of each group.
  let depths: [Int]

  /// The kernel and the stride of each group, which all members have in common.
  static let kernels = [3, 3, 5, 3, 5, 5, 3]
  static let strides = [1, 2, 2, 2, 1, 2, 1]
  /// The channels behind the last 1×1 convolution.
  static let outputs = 1280
}

/// What the options of all EfficientNet-Lites mean.
private enum EfficientNetLiteKeys {
  static let outputStride = "input pixels per step of the last map: 32, 16 or 8"
  static let dilated = "whether strides that output_stride takes away become dilations"
  static let frozenNorm = "whether batch norms keep their running statistics while training"
}

extension EfficientNetLiteOptions {
  public static var headName: String { "classifier" }

  public var stages: [BackboneStage] {
    let groups = zip(Self.variant.channels, plan.stages).enumerated().compactMap { index, group in
      // Groups 3 and 5 end in the middle of a resolution.
      index == 3 || index == 5
        ? nil : BackboneStage("blocks.\(index)", channels: group.0, stride: group.1.totalStride)
    }
    let stride = groups[groups.count - 1].stride
    let channels = EfficientNetLiteVariant.outputs
    return groups + [BackboneStage("conv_head", channels: channels, stride: stride, isNonnegative: true)]
  }

  /// The published weights were trained with TensorFlow, on values from −1 to 1.
  public var normalization: Normalization { .half }

  fileprivate var plan: StridePlan {
    StridePlan(
      stem: 2, strides: EfficientNetLiteVariant.strides, outputStride: outputStride, dilated: dilated)
  }

  public func build(in scope: ParameterScope) -> any Backbone { EfficientNetLite(self, in: scope) }
}

/// EfficientNet-Lite 0 with timm's names (`tf_efficientnet_lite0`): 4.7 M parameters with its classifier,
/// 1280 output channels (Tan and Le, ICML 2019; without squeeze-and-excitation, with ReLU6).
public struct EfficientNetLite0: EfficientNetLiteOptions {
  public static let name = "efficientnet-lite0"
  public static let variant = EfficientNetLiteVariant(
    channels: [16, 24, 40, 80, 112, 192, 320], depths: [1, 2, 2, 3, 3, 4, 1])
  @Setting(EfficientNetLiteKeys.outputStride, .oneOf([8, 16, 32])) public var outputStride = 32
  @Setting(EfficientNetLiteKeys.dilated) public var dilated = true
  @Setting(EfficientNetLiteKeys.frozenNorm) public var frozenNorm = false

  public init() {}
}

/// EfficientNet-Lite 2 with timm's names (`tf_efficientnet_lite2`): 6.1 M parameters with its classifier,
/// 1280 output channels; deeper and wider by a tenth than EfficientNet-Lite 0.
public struct EfficientNetLite2: EfficientNetLiteOptions {
  public static let name = "efficientnet-lite2"
  public static let variant = EfficientNetLiteVariant(
    channels: [16, 24, 48, 88, 120, 208, 352], depths: [1, 3, 3, 4, 4, 5, 1])
  @Setting(EfficientNetLiteKeys.outputStride, .oneOf([8, 16, 32])) public var outputStride = 32
  @Setting(EfficientNetLiteKeys.dilated) public var dilated = true
  @Setting(EfficientNetLiteKeys.frozenNorm) public var frozenNorm = false

  public init() {}
}

/// A stem, seven groups of inverted residual blocks and a last 1×1 convolution, padded as by TensorFlow.
///
/// The map `conv_head` is behind the norm and the activation of that convolution.
private struct EfficientNetLite: Backbone {
  let stages: [BackboneStage]
  private let name: String
  private let stem: ConvolutionUnit
  private let groups: [[MobileBlock]]
  private let head: ConvolutionUnit

  init<Options: EfficientNetLiteOptions>(_ options: Options, in scope: ParameterScope) {
    checkOutputStride(Options.name, options.outputStride)
    name = Options.name
    stages = options.stages
    let (variant, units) = (Options.variant, UnitMaker(frozenNorm: options.frozenNorm))
    stem = units.unit(3, 32, kernel: 3, stride: 2, in: scope["conv_stem"], scope["bn1"])
    var inputs = 32
    groups = options.plan.stages.enumerated().map { index, stage in
      (0..<variant.depths[index]).map { place in
        let block = MobileBlock(
          inputs, variant.channels[index], expansion: index == 0 ? 1 : 6,
          kernel: EfficientNetLiteVariant.kernels[index], stride: place == 0 ? stage.stride : 1,
          dilation: place == 0 ? stage.firstDilation : stage.dilation, units,
          in: scope["blocks"][index][place])
        inputs = variant.channels[index]
        return block
      }
    }
    head = units.unit(
      inputs, EfficientNetLiteVariant.outputs, kernel: 1, in: scope["conv_head"], scope["bn2"])
  }

  func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    checkImages(name, images)
    var (x, features) = (stem(images, pass), FeatureMaps())
    let names = Set(stages.map(\.name))
    for (index, blocks) in groups.enumerated() {
      x = blocks.reduce(x) { $1($0, pass) }
      if names.contains("blocks.\(index)") { features.append("blocks.\(index)", x) }
    }
    features.append("conv_head", head(x, pass))
    return features
  }
}

/// Convolutions with TensorFlow's padding, and its batch norms.
private struct UnitMaker {
  let frozenNorm: Bool

  func unit(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
    activation: Activation = .relu6, in convolution: ParameterScope, _ norm: ParameterScope
  ) -> ConvolutionUnit {
    ConvolutionUnit(
      inputs, outputs, kernel: kernel, stride: stride, padding: .same, dilation: dilation, groups: groups,
      epsilon: 1e-3, activation: activation, frozenNorm: frozenNorm, in: convolution, norm)
  }
}

/// 1×1 expansion (where it expands), depthwise convolution and a linear 1×1 projection, added to the input
/// where it fits.
private struct MobileBlock: Layer {
  private let inner: [ConvolutionUnit]
  private let projection: ConvolutionUnit
  private let isResidual: Bool

  init(
    _ inputs: Int, _ outputs: Int, expansion: Int, kernel: Int, stride: Int, dilation: Int,
    _ units: UnitMaker, in scope: ParameterScope
  ) {
    let hidden = inputs * expansion
    let expands = expansion > 1
    let depthwise = units.unit(
      hidden, hidden, kernel: kernel, stride: stride, dilation: dilation, groups: hidden,
      in: scope["conv_dw"], scope[expands ? "bn2" : "bn1"])
    inner =
      (expands ? [units.unit(inputs, hidden, kernel: 1, in: scope["conv_pw"], scope["bn1"])] : [])
      + [depthwise]
    projection = units.unit(
      hidden, outputs, kernel: 1, activation: .none, in: scope[expands ? "conv_pwl" : "conv_pw"],
      scope[expands ? "bn3" : "bn2"])
    isResidual = stride == 1 && inputs == outputs
  }

  func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    let x = inner.reduce(input) { $1($0, pass) }
    return isResidual ? projection(x, pass, adding: input) : projection(x, pass)
  }
}
