public import Autograd
public import Configuration

/// Class activation maps of clusters of channels, whose gradients are averaged and filtered
/// (He et al.: CF-CAM: Cluster Filter Class Activation Mapping for Reliable Gradient-Based
/// Interpretability, 2025).
///
///     dominant channels: ‖A_k‖ ≥ the 75th percentile;   w_k = mean_p g_k(p)
///     the others are clustered by DBSCAN, and what belongs to no cluster is dropped
///     cluster Q:   w_k = mean_p F(mean_{k ∈ Q} g_k)(p)
///     L(p) = relu(Σ_k softmax(w)_k A_k(p))
///
/// F is a Gaussian filter. The softmax of weights far below 1 is almost uniform, so that the map is nearly
/// the mean of the channels that are kept; `linear` and `elementwise` are extensions without it.
public struct CFCAM: Explainer {
  public static let name = "cf-cam"

  /// How the gradient of a cluster is filtered.
  public enum Filter: String, Codable, Sendable, CaseIterable {
    /// By a Gaussian, with reflecting borders.
    case gaussian
    /// By the kernel of the authors' first program, of the map's own size.
    case bilateral
    /// Not at all.
    case none
  }

  /// How weights become a map.
  public enum Weighting: String, Codable, Sendable, CaseIterable {
    /// Through their softmax over channels.
    case softmax
    /// As they are.
    case linear
    /// Position by position: Σ_k F(g)_k(p) A_k(p).
    case elementwise
  }

  @Setting(ExplainerKeys.stage) public var stage = ""
  @Setting("gaussian, bilateral or none") public var filter = Filter.gaussian
  @Setting("deviation of the Gaussian, in positions of the map", .above(0, upTo: 100)) public var sigma:
    Float = 1
  @Setting("softmax, linear or elementwise") public var weighting = Weighting.softmax

  public init() {}

  public var needs: GradientNeeds { .stage }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let gradient = capture.gradient
    let classes = capture.classes.count
    let maps = (0..<capture.images.shape[0]).flatMap { image in
      let activation = capture.map.slice(axis: 0, image..<image + 1)
      let clusters = ChannelClusters(activation)
      return (0..<classes).map { index in
        let row = image * classes + index
        return map(activation, gradient.slice(axis: 0, row..<row + 1), clusters)
      }
    }
    return capture.byImage(.concatenated(maps, axis: 0))
  }

  /// The map `[1, height, width]` of one row, all of `[1, height, width, channels]`.
  func map(_ activation: Tensor, _ gradient: Tensor, _ clusters: ChannelClusters) -> Tensor {
    let kept = clusters.kept
    var parts: [Int: Tensor] = [:]
    for channel in clusters.dominant { parts[channel] = gradient.slice(axis: 3, channel..<channel + 1) }
    for members in clusters.groups {
      let filtered = filtered(gradient.gathered(members, axis: 3).mean(axes: [3], keepingAxes: true))
      for channel in members { parts[channel] = filtered }
    }
    let gradients = Tensor.concatenated(kept.compactMap { parts[$0] }, axis: 3)
    let maps = activation.gathered(kept, axis: 3)
    let means = gradients.mean(axes: [1, 2], keepingAxes: true)
    let weights =
      switch weighting {
      case .softmax: means.softmax(axis: 3)
      case .linear: means
      case .elementwise: gradients
      }
    return (weights * maps).sum(axes: [3]).relu()
  }

  /// A cluster's gradient `[1, height, width, 1]`, filtered.
  private func filtered(_ gradient: Tensor) -> Tensor {
    switch filter {
    case .none: gradient
    case .gaussian: GradientFilter.gaussian(gradient, sigma: sigma)
    case .bilateral: GradientFilter.bilateral(gradient)
    }
  }
}
