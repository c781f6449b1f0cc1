public import Autograd
public import Configuration
import Models

/// Grad-CAM integrated over the way from a baseline to the image
/// (Sattarzadeh et al.: Integrated Grad-CAM: Sensitivity-Aware Visual Explanation of Deep Convolutional
/// Networks via Integrated Gradient-Based Scoring, 2021).
///
///     x(t) = t x,   β_k(t) = mean_p g_k(p) at x(t),   Δ_k(t) = A_k(x(t)) − A_k(0)
///     L = ∫₀¹ relu(Σ_k β_k(t) Δ_k(t)) dt
///
/// The baseline 0 of a normalised image is the mean colour.
public struct IntegratedGradCAM: Explainer {
  public static let name = "integrated-grad-cam"

  /// Where the integral is sampled within each of its steps.
  public enum SamplingRule: String, Codable, Sendable, CaseIterable {
    /// In the middle.
    case midpoint
    /// At the beginning, so that the image itself is never reached, as in the authors' program.
    case left
  }

  @Setting(ExplainerKeys.stage) public var stage = ""
  @Setting("steps of the integral", 1...1000) public var steps = 50
  @Setting("midpoint or left") public var rule = SamplingRule.midpoint

  public init() {}

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let images = capture.images
    let empty = Tensor.zeros([1, images.shape[1], images.shape[2], images.shape[3]])
    let baseline = capture.classifier.features(empty)[capture.stage].detached()
    let offset: Float = rule == .midpoint ? 0.5 : 0
    var sum = Tensor(0)
    capture.replay(steps) { step in
      images * ((Float(step) + offset) / Float(steps))
    } _: { _, activation, gradient in
      let weights = gradient.mean(axes: [1, 2], keepingAxes: true)
      sum = sum + (weights * (activation - baseline)).sum(axes: [3]).relu()
    }
    return capture.byImage(sum / Float(steps))
  }
}
