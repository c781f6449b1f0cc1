public import Autograd
public import Imaging

/// The dense energy loss: predictions of pixels that are near each other in place and colour shall agree.
///
/// With the class shares P, the kernel A = exp(−½‖f_p − f_q‖²) over places and colours in units of `sigmaXy`
/// and `sigmaRgb`, as the permutohedral lattice approximates it (unnormalised), and the gate
/// `g_p = max(1 − max_k P_pk, 0)`, which is 1 where the label is undecided,
///
///     L = −(1/B) Σ_p Σ_k P_pk g_p (A P)_pk
///
/// over pixels inside the image's box. The gradient takes gate and kernel for constants,
/// `∂L/∂P = −(2/B) g (A P)`: Tang et al.: On Regularized Losses for Weakly-supervised CNN Segmentation, ECCV
/// 2018; gate and constants from Ru et al., CVPR 2023. The value is negative, and its scale is that of the
/// number of pixels squared: weights of 1e-7 are usual.
public struct DenseEnergy: Sendable {
  /// The standard deviation of the kernel in colour, 0 … 255.
  public var sigmaRgb: Float = 15
  /// The standard deviation of the kernel in place, in pixels of the given shares.
  public var sigmaXy: Float = 50

  public init() {}

  /// The loss, a scalar.
  ///
  /// `shares` are class probabilities `[batch, height, width, classes]`, `images` a photograph of that height
  /// and width for each; `labels` are `[batch, height, width]`, 255 where undecided, and `inside` of the same
  /// shape is 1 inside the image and 0 on padding.
  public func callAsFunction(_ shares: Tensor, images: [Image], labels: Tensor, inside: Tensor) -> Tensor {
    let (batch, height, width) = (shares.shape[0], shares.shape[1], shares.shape[2])
    let classes = shares.shape[3]
    precondition(
      images.count == batch && images.allSatisfy { $0.height == height && $0.width == width }
        && labels.shape == [batch, height, width] && inside.shape == labels.shape,
      "DenseEnergy: \(images.count) images, labels \(labels.shape) and boxes \(inside.shape) for shares "
        + "\(shares.shape)")
    let values = shares.detached()
    let column: Shape = [batch, height, width, 1]
    let roi = inside.reshaped(to: column)
    let undecided = labels.isEqual(to: 255).reshaped(to: column)
    let confidence = values.maximum(axes: [3], keepingAxes: true)
    let gate = Tensor.select(undecided, Tensor(1), (roi - confidence).relu())
    let masked = values * roi
    let filtered = Tensor.concatenated(
      Parallel.map(batch) { index in
        PermutohedralLattice(images[index], sigma: sigmaXy, colorSigma: sigmaRgb)
          .filter(masked.slice(axis: 0, index..<index + 1).reshaped(to: [height * width, classes]))
          .reshaped(to: [1, height, width, classes])
      }, axis: 0)
    let pull = filtered * gate * roi
    let energy = (values * pull).sum() / Float(-batch)
    return energy.recorded("denseEnergy", from: shares) { gradient in
      pull * (gradient * (-2 / Float(batch)))
    }
  }
}
