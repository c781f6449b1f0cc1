import Autograd
import Configuration

/// Class maps that move between the places of a grid by affinity, shared by the refiners that walk.
///
///     M ← T M, `steps` times; then the scale: M ← (M − min) / (max − min) per class, or M / max over all
///
/// The rows of T add up to 1, so that a map that is the same everywhere stays as it is.
/// The background is a constant again afterwards, since a walk pulls maps towards their means.
struct MapWalk {
  /// How often maps move.
  let steps: Int
  /// The score of the background after the walk.
  let background: Float
  /// How maps are brought to 0 … 1 after the walk.
  let scale: WalkScale

  /// Scores like `scores`, `[height, width, channels]`, after the walk.
  ///
  /// `affinity`, `[places, places]` for `rows` × `columns` places, need not have rows of sum 1.
  func callAsFunction(_ scores: Tensor, affinity: Tensor, rows: Int, columns: Int) -> Tensor {
    let mass = affinity.sum(axes: [1], keepingAxes: true)
    return self(scores, rows: rows, columns: columns) { affinity.matmul($0) / mass }
  }

  /// Scores like `scores`, `[height, width, channels]`, after the walk on `rows` × `columns` places.
  ///
  /// `move` gives T M of maps `[places, classes]`.
  func callAsFunction(_ scores: Tensor, rows: Int, columns: Int, move: (Tensor) -> Tensor) -> Tensor {
    let (height, width, channels) = (scores.shape[0], scores.shape[1], scores.shape[2])
    guard channels > 1 else { return scores }
    // A share over the background's share is the map over its threshold, whatever the other classes are.
    let share = scores.slice(axis: 2, 0..<1).clamped(to: 1e-6...1)
    let maps = scores.slice(axis: 2, 1..<channels) / share
    let grid = maps.reshaped(to: [1, height, width, channels - 1])
      .resized(height: rows, width: columns, .bilinear)
      .reshaped(to: [rows * columns, channels - 1])
    let walked = (0..<steps).reduce(grid) { places, _ in move(places) }
    let full = walked.reshaped(to: [1, rows, columns, channels - 1])
      .resized(height: height, width: width, .bilinear)
      .reshaped(to: [height, width, channels - 1])
    let normalized = ClassMaps(classes: Array(0..<channels - 1), maps: scale(full))
    return normalized.probabilities(background: background)
  }
}

/// How maps that have walked are brought to 0 … 1 again.
public enum WalkScale: String, Codable, Sendable, CaseIterable {
  /// `(M − min) / (max − min + 1e-5)` of each class: every class reaches 1 somewhere.
  case minmax
  /// `M / (max + 1e-5)`, the maximum over all classes of the image (IRN): the classes keep their proportions.
  case max

  /// The maps `[height, width, classes]`, not below 0, in 0 … 1.
  func callAsFunction(_ maps: Tensor) -> Tensor {
    self == .minmax ? MapNormalization.minmax(maps) : maps / (maps.maximum() + 1e-5)
  }
}

/// The evidence of a refiner that cannot do without.
func required(_ evidence: Tensor?, _ name: String) -> Tensor {
  guard let evidence else { preconditionFailure("\(name): there is no evidence of the classifier") }
  return evidence
}

/// The number of an option whose words have given way to numbers.
func required(_ value: NumberOr<BackgroundWord>, _ name: String) -> Float {
  guard case .number(let number) = value else {
    preconditionFailure("\(name): nobody has said what \(value) is")
  }
  return number
}
