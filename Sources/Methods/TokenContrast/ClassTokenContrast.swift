public import Autograd
import Foundation

/// Draws the class tokens of certain crops to those of the whole image and pushes uncertain ones away: a
/// scalar.
///
/// With `e_gj = exp(⟨t_g, s_j⟩ / τ)` for the teacher's code t of global view g and the student's code s of
/// crop j, P the certain crops of an image and N the uncertain ones,
///
///     ℓ_g = Σ_{j ∈ P} −log(e_gj / (e_gj + Σ_N e_gn + ε)) − log(1 / (1 + Σ_N e_gn + ε))
///     L = mean over images of Σ_g ℓ_g / (2 (|P| + ε)),   ε = 1e-4
///
/// Ru, Zheng, Zhan, Du: Token Contrast for Weakly-Supervised Semantic Segmentation, CVPR 2023, equation 5;
/// the last term of ℓ_g is in the authors' code and in all published results. Sums of exponentials are kept
/// as logarithms, so no code is too long for them.
///
/// `student` are the codes of the crops, `[batch, crops, channels]`, and `teacher` those of the global
/// views, `[batch, views, channels]`, which are constant. `isCertain` tells for each image which crops show
/// an object or are a global view; `temperature` is τ, above 0.
public func classTokenContrast(
  student: Tensor, teacher: Tensor, isCertain: [[Bool]], temperature: Float
) -> Tensor {
  let (batch, crops, views) = (student.shape[0], student.shape[1], teacher.shape[1])
  precondition(
    isCertain.count == batch && isCertain.allSatisfy { $0.count == crops } && temperature > 0,
    "classTokenContrast: \(isCertain.count) × \(isCertain.first?.count ?? 0) flags at temperature "
      + "\(temperature) for codes \(student.shape)")
  let margin: Float = 1e-4
  let flags = Tensor(isCertain.flatMap { $0.map { $0 ? 1 : 0 } }, shape: [batch, 1, crops])
  let weights = 1 / ((flags.sum(axes: [2], keepingAxes: true) + margin) * Float(views * batch))
  // [batch, views, crops]
  let scores = teacher.detached().matmul(student, transposingOther: true) / temperature
  // Certain crops are moved so far down that their exponentials vanish beside any other.
  let others = Tensor.concatenated(
    [scores - flags * 1e30, Tensor(repeating: log(margin), shape: [batch, views, 1])], axis: 2)
  let rest = others.logSumExp(axis: 2).reshaped(to: [batch, views, 1])
  // −log(e / (e + rest)) is softplus(log rest − log e).
  let terms = (rest - scores).softplus() * flags
  return ((terms.sum(axes: [2], keepingAxes: true) + rest.softplus()) * weights).sum()
}
