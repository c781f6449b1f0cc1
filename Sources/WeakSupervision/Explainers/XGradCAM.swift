public import Autograd
public import Configuration

/// Gradient-weighted class activation maps whose weights follow from axioms of sensitivity and conservation
/// (Fu et al.: Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs, 2020).
///
///     w_k = Σ_p A_k(p) g_k(p) / Σ_p A_k(p),   L(p) = relu(Σ_k w_k A_k(p))
///
/// A channel of zeros has no weight. Defined for maps without negative values.
public struct XGradCAM: GradientExplainer {
  public static let name = "xgrad-cam"

  @Setting(ExplainerKeys.stage) public var stage = ""

  public init() {}

  public var needsNonnegativeMaps: Bool { true }

  public func contributions(activation: Tensor, gradient: Tensor) -> Tensor {
    let sums = activation.sum(axes: [1, 2], keepingAxes: true)
    let weighted = (gradient * activation).sum(axes: [1, 2], keepingAxes: true)
    let isSafe = sums.absoluteValue().isGreater(than: 1e-7)
    return Tensor.select(isSafe, weighted / sums, Tensor(0)) * activation
  }
}
