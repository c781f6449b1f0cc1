public import Autograd
public import Configuration

/// The gradient of the pixels, smoothed over noisy copies of the image
/// (Smilkov et al.: SmoothGrad: removing noise by adding noise, 2017).
///
///     g⁽ⁱ⁾ = ∂t/∂x at x + ε⁽ⁱ⁾,   ε⁽ⁱ⁾ ~ N(0, σ²),   σ = spread · (max x − min x)
///     L(p) = Σ_c |mean_i g⁽ⁱ⁾_c(p)|
///
/// The squared form is the mean of squares, the variance that of the copies (Adebayo et al.: Sanity Checks
/// for Saliency Maps, 2018). Without noise, and for a linear network, the mean is the gradient.
public struct SmoothGrad: Explainer {
  public static let name = "smooth-grad"

  /// What is taken of the gradients of all copies.
  public enum Statistic: String, Codable, Sendable, CaseIterable {
    case mean, squared, variance
  }

  @Setting("noisy copies of each image", 1...1000) public var samples = 25
  @Setting("deviation of the noise, as a share of the image's range", 0...10) public var spread: Float = 0.15
  @Setting("mean, squared or variance of the copies' gradients") public var statistic = Statistic.mean
  @Setting(ExplainerKeys.channels) public var channels = ChannelReduction.absolute

  public init() {}

  public var explainsAnyStage: Bool { false }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let images = capture.images
    let range =
      images.maximum(axes: [1, 2, 3], keepingAxes: true)
      - images.minimum(axes: [1, 2, 3], keepingAxes: true)
    var source = random
    let start = Tensor.zeros([capture.imageOfRow.count, images.shape[1], images.shape[2], 3])
    var (sum, squares) = (start, start)
    capture.replayImages(samples) { _ in
      // The images of a batch share their noise, so that none depends on the others.
      let noise = Tensor(shape: [1, images.shape[1], images.shape[2], 3]) { out in
        for index in out.indices { out[index] = source.normal() }
      }
      return images + noise * (range * spread)
    } _: { _, gradient in
      sum = sum + gradient
      if statistic != .mean { squares = squares + gradient.squared() }
    }
    random = source
    return capture.byImage(channels(value(of: sum / Float(samples), squares / Float(samples))))
  }

  private func value(of mean: Tensor, _ square: Tensor) -> Tensor {
    switch statistic {
    case .mean: mean
    case .squared: square
    // Rounding can leave a little less than nothing of copies that are all alike.
    case .variance: (square - mean.squared()).relu()
    }
  }
}
