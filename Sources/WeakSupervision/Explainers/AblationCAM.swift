public import Autograd
public import Configuration
import Models

/// Class activation maps whose weights are the share of the score that is lost with each channel
/// (Desai and Ramaswamy: Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free
/// Localization, 2020).
///
///     w_k = (y_c − y_c without channel k) / |y_c|,   L(p) = relu(Σ_k w_k A_k(p))
///
/// A is the last feature map; the classifier alone runs once for each channel, for all classes together. The
/// paper divides by y_c, with which a negative score turns the map around.
public struct AblationCAM: Explainer {
  public static let name = "ablation-cam"

  /// What takes the place of a channel.
  public enum Replacement: String, Codable, Sendable, CaseIterable {
    /// Zero.
    case zero
    /// Its mean over positions, for maps with negative values.
    case mean
  }

  @Setting("what a channel is replaced by: zero or mean") public var replacement = Replacement.zero

  /// Values of the maps of one pass.
  private static let chunk = 4_000_000

  public init() {}

  public var explainsAnyStage: Bool { false }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let scores = capture.scores
    let maps = (0..<capture.images.shape[0]).map { image in
      let activation = capture.map.slice(axis: 0, image..<image + 1)
      let own = image * capture.classes.count..<(image + 1) * capture.classes.count
      let whole = scores.slice(axis: 0, own).reshaped(to: [own.count, 1])
      let size = whole.absoluteValue()
      let lost = (whole - ablated(activation, image, capture)) / (size + size.isLess(than: 1e-7) * 1e-7)
      let weights = lost.reshaped(to: [own.count, 1, 1, activation.shape[3]])
      return (weights * activation).sum(axes: [3]).relu()
    }
    return capture.byImage(.concatenated(maps, axis: 0))
  }

  /// The targets of an image without each channel of its map `[1, height, width, channels]`,
  /// `[classes, channels]`.
  private func ablated(_ map: Tensor, _ image: Int, _ capture: Capture) -> Tensor {
    let channels = map.shape[3]
    let means =
      replacement == .mean ? map.mean(axes: [1, 2], keepingAxes: true) : .zeros([1, 1, 1, channels])
    let together = max(1, Self.chunk / map.count)
    let parts = stride(from: 0, to: channels, by: together).map { start in
      let part = start..<min(channels, start + together)
      let removed = Tensor(shape: [part.count, 1, 1, channels]) { out in
        for index in out.indices { out[index] = index % channels == start + index / channels ? 1 : 0 }
      }
      let logits = capture.classifier.logits(
        ofLast: map + removed * (means - map), of: [Int](repeating: image, count: part.count),
        in: capture.features)
      return Tensor.concatenated(
        capture.classes.map { index in
          capture.target(logits, classes: [Int](repeating: index, count: part.count))
            .reshaped(to: [1, part.count])
        }, axis: 0)
    }
    return .concatenated(parts, axis: 1)
  }
}
