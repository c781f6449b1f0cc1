public import Autograd
import Configuration

/// Class maps without what they owe to the other classes of the image
/// (Li et al.: Token Activation Map to Visually Explain Multimodal LLMs, 2025).
///
///     M_c = relu(S_c),   r_j = a_j / Σ_j a_j,   I = Σ_j r_j M_j,   s = ⟨M_c, I⟩ / ⟨I, I⟩
///     L_c = F(relu(M_c − s I))
///
/// j are the other classes that are asked about. S_c is the class's score at each position, and a_j how much
/// the token of class j activates class c: that of a class token where the network has one for each class,
/// otherwise that of the mean of all tokens, weighted by M_j. F is the rank Gaussian filter. A class that is
/// alone is only filtered.
public struct TokenActivationMap: Explainer {
  public static let name = "tam"
  public var comparesClasses: Bool { true }

  @Setting("filter the maps over windows of 3 × 3") public var filter = true

  public init() {}

  public var explainsAnyStage: Bool { false }
  public var dependsOnTarget: Bool { false }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let classes = capture.classes
    let scores = capture.classifier.classMaps(capture.features).gathered(classes, axis: 3)
    let shape = scores.shape
    let tokens = capture.classifier.tokenScores(capture.features)?
      .gathered(classes, axis: 1).gathered(classes, axis: 2)
    let maps = (0..<shape[0]).map { image in
      let own = scores.slice(axis: 0, image..<image + 1).reshaped(to: [shape[1] * shape[2], shape[3]])
      let activations =
        tokens?.slice(axis: 0, image..<image + 1).reshaped(to: [classes.count, classes.count])
        ?? Self.activations(own)
      return Self.withoutInterference(own.relu(), activations)
    }
    let kept = Tensor.concatenated(maps, axis: 0).reshaped(to: shape)
    return filter ? RankGaussianFilter.filtered(kept) : kept
  }

  /// How much the mean of all tokens, weighted by the map of each class, activates each class,
  /// `[classes, classes]`, from scores `[positions, classes]`.
  static func activations(_ scores: Tensor) -> Tensor {
    let maps = scores.relu()
    let sums = maps.sum(axes: [0]).reshaped(to: [scores.shape[1], 1])
    return Tensor.select(sums, maps.matmul(scores, transposingSelf: true) / sums, Tensor(0))
  }

  /// Maps `[positions, classes]` without their interference, from activations `[classes, classes]`, the
  /// activating class first.
  static func withoutInterference(_ maps: Tensor, _ activations: Tensor) -> Tensor {
    let count = maps.shape[1]
    let others = Tensor(shape: [count, count]) { out in
      for index in out.indices { out[index] = index / count == index % count ? 0 : 1 }
    }
    let strengths = activations.relu() * others
    let shares = strengths / (strengths.sum(axes: [0], keepingAxes: true) + 1e-8)
    let interference = maps.matmul(shares)
    let size = interference.squared().sum(axes: [0], keepingAxes: true)
    let product = (maps * interference).sum(axes: [0], keepingAxes: true)
    let scale = Tensor.select(size, product / size, Tensor(0))
    return (maps - interference * scale).relu()
  }
}
