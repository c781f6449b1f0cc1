public import Autograd

/// An explainer of pixels whose formula needs images x and the gradient g of the target with respect to them.
///
/// One that needs gradients at further images, such as noisy ones, asks for each batch of them with
/// `capture.moved(to:needs: .images).imageGradient` in a `maps` of its own.
public protocol PixelExplainer: Explainer {
  /// The formula: maps `[rows, height, width]` from x and g, both `[rows, height, width, 3]`.
  ///
  /// A row is one pair of image and class.
  func map(images: Tensor, gradient: Tensor) -> Tensor
  /// How rectifiers pass that gradient on.
  var rectifiers: RectifierRule { get }
}

extension PixelExplainer {
  public var explainsAnyStage: Bool { false }
  public var rectifiers: RectifierRule { .plain }
  public var needs: GradientNeeds { .images(rectifiers) }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let images = capture.images.gathered(capture.imageOfRow, axis: 0)
    return capture.byImage(map(images: images, gradient: capture.imageGradient(rectifiers)))
  }
}
