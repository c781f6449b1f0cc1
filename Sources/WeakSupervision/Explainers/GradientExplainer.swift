public import Autograd

/// An explainer whose formula needs an activation A and the gradient g of the target with respect to it.
public protocol GradientExplainer: Explainer {
  /// The formula: what each channel adds to the map at each position, from A and g; all three
  /// `[rows, height, width, channels]`.
  ///
  /// A row is one pair of image and class.
  func contributions(activation: Tensor, gradient: Tensor) -> Tensor
  /// Maps `[rows, height, width]` from A and g: what the channels add, summed and rectified.
  func map(activation: Tensor, gradient: Tensor) -> Tensor
}

extension GradientExplainer {
  public var needs: GradientNeeds { .stage }
  public var hasContributions: Bool { true }

  public func map(activation: Tensor, gradient: Tensor) -> Tensor {
    contributions(activation: activation, gradient: gradient).sum(axes: [3]).relu()
  }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let (activation, gradient) = (capture.activation, capture.gradient)
    guard capture.isEigenSmoothed else {
      return capture.byImage(map(activation: activation, gradient: gradient))
    }
    let contributions = contributions(activation: activation, gradient: gradient)
    return capture.byImage(PrincipalProjection.of(contributions).relu())
  }
}
