import Autograd
public import Configuration
public import NeuralNetwork

/// DeepLabV3+: a normalised atrous pyramid on the last map, refined with a finer map.
///
/// Chen et al., ECCV 2018.
/// Pyramid: 1×1, three dilated 3×3 and the image mean, each `channels` wide, joined by a 1×1 convolution with
/// dropout. Decoder: the pyramid is resized (corners aligned) to the finer map, of which a 1×1 convolution
/// leaves `lowLevelChannels`; two 3×3 convolutions and a 1×1 classifier follow.
public struct DeepLabV3Plus: HeadOptions {
  public static let name = "deeplabv3plus"
  /// 6, 12, 18 at output stride 16, twice that at 8.
  @Setting(
    "dilations of the pyramid, in positions of the map", .each(.within(1...4096), mayBeEmpty: true),
    .count(0...16))
  public var rates = [6, 12, 18]
  @Setting("channels of pyramid and decoder", 1...8192) public var channels = 256
  @Setting("channels that the finer map is reduced to", 1...8192) public var lowLevelChannels = 48
  @Setting("probability of zeroing a pyramid feature while training, 0 … 1", 0..<1)
  public var dropout: Float = 0.5
  @Setting("name of the finer map; empty for the first of stride 4 or more") public var lowLevelStage = ""

  public init() {}

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try backbone.requireStage(lowLevelStage, option: "low_level_stage")
  }

  public func build(
    for backbone: any Backbone, classes: Int, in scope: ParameterScope
  ) -> any SegmentationHead {
    let named = backbone.stage(lowLevelStage)
    precondition(
      lowLevelStage.isEmpty || named != nil,
      """
      deeplabv3plus: the backbone has no stage \(lowLevelStage); \
      it has \(backbone.stages.map(\.name).joined(separator: ", "))
      """)
    let low = named ?? backbone.stages.first { $0.stride >= 4 } ?? backbone.output
    return DeepLabV3PlusNetwork(self, low: low, high: backbone.output, classes: classes, in: scope)
  }
}

private struct DeepLabV3PlusNetwork: SegmentationHead {
  private let lowStage: String
  private let pyramid: [ConvolutionUnit]
  private let imagePooling: ConvolutionUnit
  private let projection: ConvolutionUnit
  private let dropout: Dropout
  private let shortcut: ConvolutionUnit
  private let refinement: [ConvolutionUnit]
  private let classifier: Conv2D

  init(
    _ options: DeepLabV3Plus, low: BackboneStage, high: BackboneStage, classes: Int, in scope: ParameterScope
  ) {
    func unit(_ inputs: Int, _ outputs: Int, _ name: String, kernel: Int = 1, dilation: Int = 1)
      -> ConvolutionUnit
    {
      ConvolutionUnit(
        inputs, outputs, kernel: kernel, dilation: dilation, in: scope[name]["conv"], scope[name]["bn"])
    }
    let channels = options.channels
    lowStage = low.name
    pyramid =
      [unit(high.channels, channels, "aspp.0")]
      + options.rates.enumerated().map { index, rate in
        unit(high.channels, channels, "aspp.\(index + 1)", kernel: 3, dilation: rate)
      }
    imagePooling = unit(high.channels, channels, "image_pooling")
    projection = unit(channels * (options.rates.count + 2), channels, "projection")
    dropout = Dropout(options.dropout, in: scope["dropout"])
    shortcut = unit(low.channels, options.lowLevelChannels, "shortcut")
    refinement = [
      unit(channels + options.lowLevelChannels, channels, "refinement.0", kernel: 3),
      unit(channels, channels, "refinement.1", kernel: 3),
    ]
    classifier = Conv2D(channels, classes, kernel: 1, in: scope["classifier"])
  }

  func callAsFunction(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    let (low, high) = (features[lowStage], features.last)
    let (batch, channels) = (high.shape[0], high.shape[3])
    let pooled = imagePooling(high.globalAveragePool().reshaped(to: [batch, 1, 1, channels]), pass)
    let spread = pooled + Tensor.zeros([batch, high.shape[1], high.shape[2], pooled.shape[3]])
    let joined = Tensor.concatenated(pyramid.map { $0(high, pass) } + [spread], axis: 3)
    let context = dropout(projection(joined, pass), pass)
      .resized(height: low.shape[1], width: low.shape[2], .bilinearAlignedCorners)
    let refined = refinement.reduce(.concatenated([context, shortcut(low, pass)], axis: 3)) { $1($0, pass) }
    return classifier(refined, pass)
  }
}
