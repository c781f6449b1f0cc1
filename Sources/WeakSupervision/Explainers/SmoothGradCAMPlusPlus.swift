public import Autograd
public import Configuration
public import Models

/// Grad-CAM++ whose gradients are smoothed over noisy copies of the image
/// (Omeiza et al.: Smooth Grad-CAM++: An Enhanced Inference Level Visualization Technique for Deep
/// Convolutional Neural Network Models, 2019).
///
///     D_m = mean_i g⁽ⁱ⁾ᵐ,   α_k(p) = D₂ / (2 D₂ + S_k D₃),   S_k = Σ_p A_k(p)
///     w_k = Σ_p m_k(p) α_k(p) relu(D₁),   L(p) = relu(Σ_k w_k m_k(p) A_k(p))
///
/// g⁽ⁱ⁾ is the gradient at x + ε⁽ⁱ⁾, ε⁽ⁱ⁾ ~ N(0, σ²) with σ = spread · (max x − min x); A is that of the
/// clean image. The mask m shows a whole map, some of its channels, or the neurons of some part of it; all
/// of it without options. Defined for maps without negative values.
public struct SmoothGradCAMPlusPlus: Explainer {
  public static let name = "smooth-grad-cam-plus-plus"

  @Setting(ExplainerKeys.stage) public var stage = ""
  @Setting("noisy copies of each image", 1...1000) public var samples = 10
  @Setting("deviation of the noise, as a share of the image's range", 0...10) public var spread: Float = 0.15
  @Setting(
    "the channels that are shown, counted from 0; empty for all", .each(.within(0...65535), mayBeEmpty: true))
  public var channels: [Int] = []
  @Setting(
    "the neurons that are shown: left, top, right and bottom of their part of the map, 0 to 1; empty for all",
    .each(.within(0...1), mayBeEmpty: true), .count(0...4))
  public var window: [Float] = []
  @Setting("added to the denominator of alpha; others' programs use 1e-6", 0...1) public var epsilon: Float =
    0

  public init() {}

  public var needsNonnegativeMaps: Bool { true }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let activation = capture.activation
    let moments = moments(capture, &random)
    let mask = mask(of: activation.shape)
    let alpha = moments.alpha(sums: activation.sum(axes: [1, 2], keepingAxes: true), epsilon: epsilon)
    let weights = (mask * (alpha * moments.first.relu())).sum(axes: [1, 2], keepingAxes: true)
    return capture.byImage((weights * activation * mask).sum(axes: [3]).relu())
  }

  private func moments(_ capture: Capture, _ random: inout Philox) -> GradientMoments {
    let images = capture.images
    let range =
      images.maximum(axes: [1, 2, 3], keepingAxes: true)
      - images.minimum(axes: [1, 2, 3], keepingAxes: true)
    var source = random
    var sum: GradientMoments?
    capture.replay(samples) { _ in
      // The images of a batch share their noise, so that none depends on the others.
      let noise = Tensor(shape: [1, images.shape[1], images.shape[2], images.shape[3]]) { out in
        for index in out.indices { out[index] = source.normal() }
      }
      return images + noise * (range * spread)
    } _: { _, _, gradient in
      let own = GradientMoments.ofOne(gradient)
      sum = sum.map { $0 + own } ?? own
    }
    random = source
    return (sum ?? .ofOne(.zeros(capture.activation.shape))) / Float(samples)
  }

  /// m, `[1, height, width, channels]` of a map of shape `[rows, height, width, channels]`.
  private func mask(of shape: Shape) -> Tensor {
    let chosen = Set(channels)
    let window = window.isEmpty ? [0, 0, 1, 1] : window
    return Tensor(shape: [1, shape[1], shape[2], shape[3]]) { out in
      for index in out.indices {
        let (cell, channel) = index.quotientAndRemainder(dividingBy: shape[3])
        let (row, column) = cell.quotientAndRemainder(dividingBy: shape[2])
        let x = (Float(column) + 0.5) / Float(shape[2])
        let y = (Float(row) + 0.5) / Float(shape[1])
        let isInside = window[0] <= x && x <= window[2] && window[1] <= y && y <= window[3]
        out[index] = isInside && (chosen.isEmpty || chosen.contains(channel)) ? 1 : 0
      }
    }
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try validate(stage: stage, option: "stage", for: backbone)
    guard window.isEmpty || (window.count == 4 && window[0] < window[2] && window[1] < window[3]) else {
      throw .invalid("window", "is \(window); use left, top, right and bottom, each pair in order")
    }
    let count = backbone.stages.last { stage.isEmpty || $0.name == stage }?.channels ?? 0
    if let channel = channels.first(where: { $0 >= count }) {
      throw .invalid("channels", "names \(channel), but the map has \(count) channels; use 0 to \(count - 1)")
    }
  }
}
