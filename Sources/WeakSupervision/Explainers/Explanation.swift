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
  /// The name of the feature map that was explained.
  public let stage: String
  /// The name of what the maps are the evidence for.
  public let target: String
  /// The classes, counted from 0.
  public let classes: [Int]
  /// Raw maps `[batch, rows, columns, classes]`, of any range, all finite.
  public let maps: Tensor
  /// The target's value for each image and class, `[batch, classes]`.
  public let scores: Tensor
  /// What is wrong with the map of each class, by image; `nil` for one that shows something.
  public let flaws: [[MapFlaw?]]

  /// Checks the maps that `explainer` has made of a capture.
  init(_ explainer: any Explainer, _ capture: Capture, _ found: Tensor) {
    method = type(of: explainer).name
    stage = capture.stage
    target = capture.target.name
    classes = capture.classes
    scores = capture.scores.reshaped(to: [capture.images.shape[0], capture.classes.count])
    let silent = Self.silentRows(explainer, capture)
    (maps, flaws) = Self.checked(found, silent)
  }

  /// Whether each row's gradients are zero at all places that the method needs them at.
  private static func silentRows(_ explainer: any Explainer, _ capture: Capture) -> [Bool] {
    let needs = explainer.needs
    let gradients =
      (needs.contains(.stage) ? [capture.gradient] : [])
      + (needs.contains(.images) ? [capture.imageGradient] : [])
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
