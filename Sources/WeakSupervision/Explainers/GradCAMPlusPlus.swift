public import Autograd
public import Configuration

/// Gradient-weighted class activation maps for several objects of a class
/// (Chattopadhyay et al.: Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks, 2018).
///
///     α_k(p) = g_k(p)² / (2 g_k(p)² + S_k g_k(p)³),   S_k = Σ_p A_k(p)
///     w_k = Σ_p α_k(p) relu(g_k(p)),   L(p) = relu(Σ_k w_k A_k(p))
///
/// α is what second and third derivatives of exp(y) amount to for a network of rectifiers; the factor exp(y)
/// is left out, which scales all weights alike. Defined for maps without negative values.
public struct GradCAMPlusPlus: GradientExplainer {
  public static let name = "grad-cam-plus-plus"

  @Setting(ExplainerKeys.stage) public var stage = ""
  @Setting("divide alpha by its sum over positions of positive gradient, as the authors' program does")
  public var normalizedAlpha = false
  @Setting("added to the denominator of alpha; others' programs use 1e-6", 0...1) public var epsilon: Float =
    0

  public init() {}

  public var needsNonnegativeMaps: Bool { true }

  public func contributions(activation: Tensor, gradient: Tensor) -> Tensor {
    weights(gradient: gradient, .ofOne(gradient), sums: activation.sum(axes: [1, 2], keepingAxes: true))
      .sum(axes: [1, 2], keepingAxes: true) * activation
  }

  /// α relu(g), all of the shape of `gradient`; `sums` is S, `[rows, 1, 1, channels]`.
  func weights(gradient: Tensor, _ moments: GradientMoments, sums: Tensor) -> Tensor {
    let alpha = moments.alpha(sums: sums, epsilon: epsilon)
    let weights = alpha * gradient.relu()
    guard normalizedAlpha else { return weights }
    let isPositive = gradient.isGreater(than: 0)
    let totals = (alpha * isPositive).sum(axes: [1, 2], keepingAxes: true)
    return Tensor.select(totals.isGreater(than: 0), weights / totals, Tensor(0))
  }
}
