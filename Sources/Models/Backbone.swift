public import Autograd
public import Configuration
public import Imaging
public import NeuralNetwork

/// One of the feature maps that a backbone offers.
public struct BackboneStage: Sendable, Equatable {
  /// The name, as the module in torchvision or timm.
  public let name: String
  /// The number of channels.
  public let channels: Int
  /// The number of input pixels per step of the map.
  public let stride: Int
  /// Whether its values are never negative, being those of a rectifier.
  public let isNonnegative: Bool

  /// The stage called `name`.
  public init(_ name: String, channels: Int, stride: Int, isNonnegative: Bool = false) {
    self.name = name
    self.channels = channels
    self.stride = stride
    self.isNonnegative = isNonnegative
  }
}

/// A network from images to feature maps.
public protocol Backbone {
  /// The feature maps, from the input to the output.
  var stages: [BackboneStage] { get }
  /// The number that height and width of the images must be multiples of.
  var inputMultiple: Int { get }
  /// How its tokens attend to each other; `nil` for a network without attention.
  var attention: (any TokenAttention)? { get }

  /// The feature maps of `images`, `[batch, height, width, 3]`, normalised.
  func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps
}

/// A network whose tokens attend to each other, block by block.
public protocol TokenAttention {
  /// The number of blocks.
  var depth: Int { get }
  /// The side in pixels of the square that a patch token stands for.
  var patch: Int { get }
  /// How much each token attends to each other in one block, for inference:
  /// `[batch, heads, tokens, tokens]`, the class token first; rows sum to 1.
  ///
  /// - Precondition: `block` counts from 0 and exists.
  func attentionWeights(_ images: Tensor, block: Int) -> Tensor
  /// How much patches attend to each other, averaged over blocks and heads, for inference:
  /// `[batch, patches, patches]`, without the class token, whose share rows lack to 1.
  ///
  /// - Precondition: `blocks` lies within the blocks, counted from 0.
  func patchAttention(_ images: Tensor, blocks: ClosedRange<Int>) -> Tensor
  /// The feature maps of the network, for inference, with the attention of every block, which is computed
  /// step by step so that gradients pass through it.
  func features(_ images: Tensor) -> FeatureMaps
  /// The feature map called `stage` and the class token as if the network ended behind one block, from its
  /// feature maps.
  ///
  /// - Precondition: `block` counts from 0 and exists.
  func ending(_ features: FeatureMaps, behind block: Int, as stage: String) -> FeatureMaps
}

extension Backbone {
  public var inputMultiple: Int { 1 }
  public var attention: (any TokenAttention)? { nil }
  /// The last stage.
  public var output: BackboneStage { stages[stages.count - 1] }

  /// The stage called `name`, or `nil`.
  public func stage(_ name: String) -> BackboneStage? { stages.first { $0.name == name } }
}

/// How a pretrained parameter is made to fit a network of other extents.
public struct ParameterFit {
  /// What was done, and how to do without.
  public let note: String
  /// The values that fit.
  public let change: (Tensor) -> Tensor

  /// A change that `note` speaks of.
  public init(_ note: String, _ change: @escaping (Tensor) -> Tensor) {
    self.note = note
    self.change = change
  }
}

/// The options of a backbone, which build it and say what it will offer before there are any weights.
public protocol BackboneOptions: Component {
  /// The feature maps of the network, from the input to the output.
  var stages: [BackboneStage] { get }
  /// The number of blocks whose tokens attend to each other; 0 for networks without attention.
  var attentionDepth: Int { get }
  /// Whether the network has a class token.
  var hasClassToken: Bool { get }
  /// The number that height and width of the images must be multiples of.
  var inputMultiple: Int { get }
  /// Whether its activations are rectifiers; by default, if some of its maps are never negative.
  var hasRectifiers: Bool { get }

  /// What published weights expect of their input where neither their file nor the options say it.
  var normalization: Normalization { get }

  /// How a parameter of pretrained weights becomes one of other extents; `nil` where it cannot.
  func fit(_ name: String, found: Shape, needed: Shape) -> ParameterFit?

  /// A backbone whose parameters are below `scope`, with the names of torchvision or timm.
  func build(in scope: ParameterScope) -> any Backbone

  /// What the classifier behind the backbone is called in published weights.
  static var headName: String { get }
  /// The backbone with that classifier, for `classes` classes; the parameters of both are below `scope`.
  ///
  /// - Precondition: no components work between the blocks of a transformer.
  func buildWithHead(classes: Int, in scope: ParameterScope) -> any PublishedHead
}

/// The options of a backbone whose last maps can be made finer.
public protocol StridedBackboneOptions: BackboneOptions {
  /// Input pixels per step of the last map: 32, 16 or 8.
  var outputStride: Int { get set }
}

extension StridedBackboneOptions {
  /// The output strides that can be asked for.
  public static var outputStrides: [Int] { [8, 16, 32] }
}

extension BackboneOptions {
  public var attentionDepth: Int { 0 }
  public var hasClassToken: Bool { false }
  public var inputMultiple: Int { 1 }
  public var hasRectifiers: Bool { stages.contains(where: \.isNonnegative) }
  public var normalization: Normalization { .imageNet }

  public func buildWithHead(classes: Int, in scope: ParameterScope) -> any PublishedHead {
    PooledHead(build(in: scope), classes: classes, in: scope[Self.headName])
  }

  public func fit(_ name: String, found: Shape, needed: Shape) -> ParameterFit? { nil }

  /// The size that the network accepts and that is nearest to `extent` pixels.
  public func nearestLegalExtent(_ extent: Int) -> Int { nearestMultiple(extent, inputMultiple) }
}

/// A component whose options may ask for something that only some backbones have.
public protocol BackboneDependent {
  /// Checks the options against what a backbone with these options offers.
  ///
  /// - Throws: `ConfigurationError.invalid` for the first option that it cannot fulfil.
  func validate(for backbone: any BackboneOptions) throws(ConfigurationError)
}

extension BackboneDependent {
  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {}
}

extension BackboneOptions {
  /// Refuses the name of a stage that the backbone does not have; the empty name means one by default.
  ///
  /// - Throws: `ConfigurationError.invalid` about `option`.
  public func requireStage(_ name: String, option: String) throws(ConfigurationError) {
    let names = stages.map(\.name)
    guard name.isEmpty || names.contains(name) else {
      throw .invalid(option, "is \(name); use one of the backbone's: \(names.joined(separator: ", "))")
    }
  }
}

/// The positive multiple of `step` that is nearest to `extent`.
func nearestMultiple(_ extent: Int, _ step: Int) -> Int {
  max(1, (extent + step / 2) / step) * step
}

/// Checks that `images` are `[batch, height, width, 3]` of a legal size.
func checkImages(_ model: String, _ images: Tensor, multiple: Int = 1) {
  precondition(
    images.rank == 4 && images.shape[3] == 3,
    "\(model): images of shape \(images.shape) are not [batch, height, width, 3]")
  let (height, width) = (images.shape[1], images.shape[2])
  precondition(
    height % multiple == 0 && width % multiple == 0 && height > 0 && width > 0,
    """
    \(model): height and width must be multiples of \(multiple), not \(height) × \(width); \
    the nearest legal size is \(nearestMultiple(height, multiple)) × \(nearestMultiple(width, multiple))
    """)
}

/// Checks that a network can be built with `outputStride`.
func checkOutputStride(_ model: String, _ outputStride: Int) {
  precondition(
    [8, 16, 32].contains(outputStride), "\(model): the output stride must be 8, 16 or 32, not \(outputStride)"
  )
}
