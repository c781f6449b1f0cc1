public import Autograd
public import Configuration
public import Imaging

/// A way to make coarse class scores follow the edges of the photograph.
public protocol Refiner: Component {
  /// The scores after refinement.
  ///
  /// - Parameters:
  ///   - scores: `[height, width, channels]` at the image's size; channel 0 is the background, the others are
  ///     the classes that the image is known to hold. Shares that add up to 1 per pixel, or values in 0...1.
  ///   - image: the photograph.
  /// - Returns: `[height, width, channels]`, of which the largest channel per pixel is the label.
  func refine(_ scores: Tensor, image: Image) -> Tensor

  /// What is wrong with the options, or `nil`.
  var problem: String? { get }
}

extension Refiner {
  public var problem: String? { nil }
}

extension [any Refiner] {
  /// The scores, `[height, width, channels]` with the background first, after each refiner in turn.
  public func refine(_ scores: Tensor, image: Image) -> Tensor {
    reduce(scores) { $1.refine($0, image: image) }
  }
}

/// Checks what every refiner asks of its input.
func checkScores(_ scores: Tensor, _ image: Image, _ name: String) {
  precondition(
    scores.rank == 3 && scores.shape[0] == image.height && scores.shape[1] == image.width
      && scores.shape[2] > 0,
    "\(name): scores of shape \(scores.shape) do not fit an image of \(image.height) × \(image.width)")
}
