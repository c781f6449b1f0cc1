public import Configuration
public import NeuralNetwork

/// The options that all residual networks share.
public protocol ResNetOptions: StridedBackboneOptions, Validatable {
  /// Whether strides that `outputStride` takes away become dilations (DeepLab); IRN leaves them out.
  var dilated: Bool { get }
  /// Whether batch norms use their running statistics while training, too.
  var frozenNorm: Bool { get }
  /// The number of leading parts (stem, `layer1` …) whose parameters do not learn; IRN freezes 3.
  var frozenStages: Int { get }
}

/// The explanations of the options that all residual networks share.
private let explanations = [
  "outputStride": "input pixels per step of the last map: 32, 16 or 8",
  "dilated": "whether strides that output_stride takes away become dilations",
  "frozenNorm": "whether batch norms keep their running statistics while training",
  "frozenStages": "leading parts that do not learn: 1 is the stem, 2 also layer1, …",
]

extension ResNetOptions {
  public static var documentation: [String: String] { explanations }

  public func validate() throws(ConfigurationError) {
    try validateOutputStride(outputStride)
    guard (0...5).contains(frozenStages) else {
      throw .invalid("frozen_stages", "is \(frozenStages); use 0 to 5")
    }
  }

  fileprivate func build(depths: [Int], hasBottleneck: Bool, in scope: ParameterScope) -> any Backbone {
    ResNet(
      ResNet.Variant(name: Self.name, depths: depths, hasBottleneck: hasBottleneck),
      outputStride: outputStride, dilated: dilated, frozenNorm: frozenNorm, frozenStages: frozenStages,
      in: scope)
  }
}

/// ResNet-18: 11.7 M parameters with its classifier, 512 output channels.
public struct ResNet18: ResNetOptions {
  public static let name = "resnet18"
  public var outputStride = 32
  public var dilated = true
  public var frozenNorm = false
  public var frozenStages = 0

  public init() {}

  public func build(in scope: ParameterScope) -> any Backbone {
    build(depths: [2, 2, 2, 2], hasBottleneck: false, in: scope)
  }
}

/// ResNet-34: 21.8 M parameters with its classifier, 512 output channels.
public struct ResNet34: ResNetOptions {
  public static let name = "resnet34"
  public var outputStride = 32
  public var dilated = true
  public var frozenNorm = false
  public var frozenStages = 0

  public init() {}

  public func build(in scope: ParameterScope) -> any Backbone {
    build(depths: [3, 4, 6, 3], hasBottleneck: false, in: scope)
  }
}

/// ResNet-50: 25.6 M parameters with its classifier, 2048 output channels.
public struct ResNet50: ResNetOptions {
  public static let name = "resnet50"
  public var outputStride = 32
  public var dilated = true
  public var frozenNorm = false
  public var frozenStages = 0

  public init() {}

  public func build(in scope: ParameterScope) -> any Backbone {
    build(depths: [3, 4, 6, 3], hasBottleneck: true, in: scope)
  }
}

/// ResNet-101: 44.5 M parameters with its classifier, 2048 output channels.
public struct ResNet101: ResNetOptions {
  public static let name = "resnet101"
  public var outputStride = 32
  public var dilated = true
  public var frozenNorm = false
  public var frozenStages = 0

  public init() {}

  public func build(in scope: ParameterScope) -> any Backbone {
    build(depths: [3, 4, 23, 3], hasBottleneck: true, in: scope)
  }
}
