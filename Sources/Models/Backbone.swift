public import Autograd
public import Configuration
public import NeuralNetwork

/// One of the feature maps that a backbone offers.
public struct BackboneStage: Sendable, Equatable {
  /// The name, as the module in torchvision or timm.
  public let name: String
  /// The number of channels.
  public let channels: Int
  /// The number of input pixels per step of the map.
  public let stride: Int

  /// The stage called `name`.
  public init(_ name: String, channels: Int, stride: Int) {
    self.name = name
    self.channels = channels
    self.stride = stride
  }
}

/// A network from images to feature maps.
public protocol Backbone {
  /// The feature maps, from the input to the output.
  var stages: [BackboneStage] { get }

  /// The feature maps of `images`, `[batch, height, width, 3]`, normalised.
  func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps
}

extension Backbone {
  /// The last stage.
  public var output: BackboneStage { stages[stages.count - 1] }

  /// The stage called `name`, or `nil`.
  public func stage(_ name: String) -> BackboneStage? { stages.first { $0.name == name } }
}

/// The options of a backbone, which build it.
public protocol BackboneOptions: Component {
  /// The number that height and width of the images must be multiples of.
  var inputMultiple: Int { get }

  /// A backbone whose parameters are below `scope`, with the names of torchvision or timm.
  func build(in scope: ParameterScope) -> any Backbone
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
  public var inputMultiple: Int { 1 }

  /// The size that the network accepts and that is nearest to `extent` pixels.
  public func nearestLegalExtent(_ extent: Int) -> Int { nearestMultiple(extent, inputMultiple) }
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

/// Refuses an output stride that a configuration asks for and no network has.
func validateOutputStride(_ outputStride: Int) throws(ConfigurationError) {
  guard [8, 16, 32].contains(outputStride) else {
    throw .invalid("output_stride", "is \(outputStride); use 8, 16 or 32")
  }
}

/// Checks that a network can be built with `outputStride`.
func checkOutputStride(_ model: String, _ outputStride: Int) {
  precondition(
    [8, 16, 32].contains(outputStride), "\(model): the output stride must be 8, 16 or 32, not \(outputStride)"
  )
}
