public import Autograd
public import Configuration
public import Models

/// The full gradient of the target: its share of the images and of every bias
/// (Srinivas and Fleuret: Full-Gradient Representation for Neural Network Visualization, 2019).
///
///     L(p) = Σ_c ψ(|x_c g_c|)(p) + Σ_l Σ_c ψ(|b_lc g_lc|)(p)
///
/// b_l is the bias of convolution or norm l, g_l the gradient of its output; the bias of a norm is what it
/// adds to a map of zeros. ψ brings the values of all channels of a map to 0 … 1 together and resizes the map
/// to the image. For networks of rectifiers without absolute values and ψ the sum is the score.
public struct FullGrad: Explainer {
  public static let name = "full-grad"

  public init() {}

  public var explainsAnyStage: Bool { false }
  public var needs: GradientNeeds { [.images, .biases] }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let (height, width) = (capture.images.shape[1], capture.images.shape[2])
    let images = capture.images.gathered(capture.imageOfRow, axis: 0)
    let start = Self.strength(images * capture.imageGradient)
    let sum = capture.biasStrengths.reduce(start) { sum, strength in
      sum + strength.resized(height: height, width: width, .bilinear)
    }
    return capture.byImage(sum.sum(axes: [3]))
  }

  /// Σ_c of absolute values that are brought to 0 … 1, `[rows, height, width, 1]` from
  /// `[rows, height, width, channels]`.
  static func strength(_ values: Tensor) -> Tensor {
    let sizes = values.absoluteValue()
    let low = sizes.minimum(axes: [1, 2, 3], keepingAxes: true)
    let range = sizes.maximum(axes: [1, 2, 3], keepingAxes: true) - low
    let sums = sizes.sum(axes: [3], keepingAxes: true) - low * Float(values.shape[3])
    return Tensor.select(range, sums / range, Tensor(0))
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    guard backbone.attentionDepth == 0 else {
      throw .invalid(
        "",
        "is \(Self.name), which is defined for networks of rectifiers only; use layer-cam for a transformer")
    }
  }
}
