public import Autograd
public import Configuration

/// Class activation maps whose weights are what the network says of the image seen through each channel
/// (Wang et al.: Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks, 2020).
///
///     U_k = A_k at the image's size, brought to 0 … 1;   s_k = y_c(x U_k)
///     w = softmax over k of s,   L(p) = relu(Σ_k w_k A_k(p))
///
/// A channel that is the same everywhere has no weight. The network runs once for each channel, for all
/// classes together.
public struct ScoreCAM: Explainer {
  public static let name = "score-cam"

  /// What becomes of the scores.
  public enum Weighting: String, Codable, Sendable, CaseIterable {
    /// Their softmax over channels, in which a baseline's score cancels.
    case softmax
    /// The scores themselves; meant for a target of 0 … 1, such as a probability.
    case score
  }

  @Setting(ExplainerKeys.stage) public var stage = ""
  @Setting("softmax or score") public var weighting = Weighting.softmax
  @Setting("channels that are asked about, those that vary most; 0 for all", 0...65535) public var channels =
    0

  /// Masked images of one pass.
  private static let chunk = 16

  public init() {}

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let maps = (0..<capture.images.shape[0]).map { image in
      let activation = capture.map.slice(axis: 0, image..<image + 1)
      let chosen = varying(activation)
      guard !chosen.isEmpty else {
        return Tensor.zeros([capture.classes.count, activation.shape[1], activation.shape[2]])
      }
      let map = activation.gathered(chosen, axis: 3)
      let scores = scores(capture.images.slice(axis: 0, image..<image + 1), map, capture)
      let weights = weighting == .softmax ? scores.softmax(axis: 1) : scores
      return (weights.reshaped(to: [capture.classes.count, 1, 1, chosen.count]) * map).sum(axes: [3]).relu()
    }
    return capture.byImage(.concatenated(maps, axis: 0))
  }

  /// The channels that are not the same everywhere, or those of the largest variance among them, in order.
  private func varying(_ map: Tensor) -> [Int] {
    let variances = map.variance(axes: [0, 1, 2]).scalars
    let range = (map.maximum(axes: [0, 1, 2]) - map.minimum(axes: [0, 1, 2])).scalars
    let candidates = range.indices.filter { range[$0] > 0 }
    guard channels > 0, channels < candidates.count else { return candidates }
    return candidates.sorted { (variances[$1], $0) < (variances[$0], $1) }.prefix(channels).sorted()
  }

  /// The targets of one image `[1, height, width, 3]` seen through each channel of a map,
  /// `[classes, channels]`.
  private func scores(_ image: Tensor, _ map: Tensor, _ capture: Capture) -> Tensor {
    let (height, width, count) = (image.shape[1], image.shape[2], map.shape[3])
    let parts = stride(from: 0, to: count, by: Self.chunk).map { start in
      let part = start..<min(count, start + Self.chunk)
      let large = map.slice(axis: 3, part).resized(height: height, width: width, .bilinear)
      let low = large.minimum(axes: [1, 2], keepingAxes: true)
      let range = large.maximum(axes: [1, 2], keepingAxes: true) - low
      // Resampling can even out what little a channel varies.
      let masks = Tensor.select(range, (large - low) / range, Tensor(0)).permuted([3, 1, 2, 0])
      let logits = capture.classifier.logits(capture.classifier.features(image * masks))
      return Tensor.concatenated(
        capture.classes.map { index in
          capture.target(logits, classes: [Int](repeating: index, count: part.count))
            .reshaped(to: [1, part.count])
        }, axis: 0)
    }
    return .concatenated(parts, axis: 1)
  }
}
