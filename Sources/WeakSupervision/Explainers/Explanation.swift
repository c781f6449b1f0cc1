public import Autograd
import Configuration

/// What is wrong with the map of one image and class.
public enum MapFlaw: String, Sendable, Hashable, Codable {
  /// Some value was infinite or not a number; the map is replaced by zeros.
  case notFinite = "not finite"
  /// The target's gradient is zero wherever the method asks for it.
  case noGradient = "no gradient"
  /// Nothing is above zero.
  case empty
  /// All values are the same.
  case constant
}

/// The maps of one method for some classes of some images.
public struct Explanation: Sendable {
  /// The name of the method.
  public let method: String
  /// The names of the feature maps that were explained.
  public let stages: [String]
  /// The name of what the maps are the evidence for.
  public let target: String
  /// The classes, counted from 0.
  public let classes: [Int]
  /// Raw maps `[batch, rows, columns, classes]`, of any range, all finite.
  public let maps: Tensor
  /// The target's value for each image and class, `[batch, classes]`; its mean over copies of the image.
  public let scores: Tensor
  /// What is wrong with the map of each class, by image; `nil` for one that shows something.
  public let flaws: [[MapFlaw?]]
  /// What else the method says of its maps, by name: for each image and class, in their order; nothing of
  /// maps that are the mean over copies of the image or over feature maps.
  public let figures: [String: [Float]]

  /// Checks the maps that `explainer` has made of captures of its stages.
  init(_ explainer: any Explainer, _ captures: [Capture], views: SmoothingViews, _ found: Tensor) {
    let capture = captures[0]
    method = type(of: explainer).name
    stages = captures.map(\.stage)
    target = capture.target.name
    classes = capture.classes
    let (copies, count) = (views.count, capture.classes.count)
    scores = capture.scores.reshaped(to: [copies, capture.images.shape[0] / copies, count]).mean(axes: [0])
    let silent = captures.map { Self.silentRows(explainer, $0) }
    let rows = capture.imageOfRow.count / copies
    let isSilent = (0..<rows).map { row in
      silent.allSatisfy { stage in (0..<copies).allSatisfy { stage[$0 * rows + row] } }
    }
    (maps, flaws) = Self.checked(found, isSilent)
    figures =
      copies == 1 && captures.count == 1 ? explainer.figures(capture, maps: found) : [:]
  }

  /// What to do about maps that show nothing because their gradients are zero; `nil` if there are none.
  public var advice: String? {
    let all = flaws.flatMap { $0 }
    let silent = all.filter { $0 == .noGradient }.count
    guard silent > 0 else { return nil }
    return "\(method): \(target) has no gradient at \(stages.joined(separator: ", ")) for \(silent) of "
      + "\(all.count) maps; explain an earlier feature map, or the logit"
  }

  /// Whether each row's gradients are zero at all places that the method needs them at.
  private static func silentRows(_ explainer: any Explainer, _ capture: Capture) -> [Bool] {
    let needs = explainer.needs
    let gradients =
      (needs.contains(.stage) ? [capture.gradient] : [])
      + RectifierRule.allCases.filter { needs.contains(.images($0)) }.map { capture.imageGradient($0) }
      + (needs.contains(.attention) ? capture.attentionGradients : [])
      + (needs.contains(.exits) ? capture.exitGradients : [])
    let strengths = gradients.map { $0.absoluteValue().maximum(axes: [1, 2, 3]).scalars }
    return capture.imageOfRow.indices.map { row in
      !strengths.isEmpty && strengths.allSatisfy { $0[row] == 0 }
    }
  }

  /// The maps with zeros for those that are not finite, and the flaws of each.
  private static func checked(_ maps: Tensor, _ silent: [Bool]) -> (Tensor, [[MapFlaw?]]) {
    let high = maps.maximum(axes: [1, 2]).scalars
    let low = maps.minimum(axes: [1, 2]).scalars
    let (batch, count) = (maps.shape[0], maps.shape[3])
    let flaws = (0..<batch).map { image in
      (0..<count).map { index -> MapFlaw? in
        let row = image * count + index
        if !high[row].isFinite || !low[row].isFinite { return .notFinite }
        if silent[row] { return .noGradient }
        if high[row] <= 0 { return .empty }
        return high[row] == low[row] ? .constant : nil
      }
    }
    guard flaws.contains(where: { $0.contains(.notFinite) }) else { return (maps, flaws) }
    let kept = Tensor(
      flaws.flatMap { $0.map { $0 == .notFinite ? 0 : 1 } }, shape: [batch, 1, 1, count])
    return (Tensor.select(kept, maps, Tensor(0)), flaws)
  }
}
