public import Autograd
public import Configuration
public import Models

/// A way to make coarse class scores follow what the trained classifier sees as alike.
///
/// Unlike a ``Refiner`` it looks at the classifier's inside, so it stands between seeds and pseudo-masks
/// only, where the classifier is at hand.
public protocol ClassifierRefiner: Component {
  /// The side in pixels to which photographs are resized for the classifier.
  var baseSize: Int { get }

  /// What the refiner wants to know of a photograph.
  ///
  /// - Parameters:
  ///   - images: the photograph as `[1, height, width, 3]`, normalised.
  ///   - backbone: the classifier's backbone, for which `problem(for:)` is `nil`.
  /// - Returns: `[rows, columns, values]`, one row of values for each place of the classifier's grid.
  func evidence(_ images: Tensor, _ backbone: any Backbone) -> Tensor

  /// The scores after refinement.
  ///
  /// - Parameters:
  ///   - scores: `[height, width, channels]`; channel 0 is the background, the others are the classes that
  ///     the image is known to hold. Shares that add up to 1 per pixel.
  ///   - evidence: what `evidence(_:_:)` gave for the photograph.
  /// - Returns: `[height, width, channels]`, of which the largest channel per pixel is the label.
  func refine(_ scores: Tensor, evidence: Tensor) -> Tensor

  /// What is wrong with the options, or `nil`.
  var problem: String? { get }

  /// What is wrong with the options for this backbone, or `nil`.
  func problem(for backbone: any Backbone) -> String?
}
