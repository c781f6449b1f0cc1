public import Autograd
public import Imaging

/// The step from normalised class maps to scores and labels with a background.
public struct SeedScores: Sendable {
  /// The value below which no class is believed: the constant score of the background, 0 … 1.
  public var background: Float

  /// Scores with this constant background.
  public init(background: Float) {
    self.background = background
  }

  /// Shares `[height, width, 1 + classes]` that add up to 1 per pixel, background first, from maps
  /// `[height, width, classes]` in 0 … 1.
  public func callAsFunction(_ maps: Tensor) -> Tensor {
    let shape = maps.shape
    if shape[2] == 0 { return .ones([shape[0], shape[1], 1]) }
    let constant = Tensor(repeating: background, shape: [shape[0], shape[1], 1])
    let scores = Tensor.concatenated([constant, maps], axis: 2)
    return scores / (scores.sum(axes: [2], keepingAxes: true) + 1e-6)
  }

  /// The label map of scores `[height, width, 1 + classes]`; channel i + 1 is the class at `classes[i]`,
  /// whose id is its index + 1.
  public static func labels(_ scores: Tensor, classes: [Int]) -> LabelMap {
    let ids = [UInt8(0)] + classes.map { UInt8($0 + 1) }
    let best = scores.argmax(axis: 2)
    return best.withSpan { best in
      LabelMap(width: scores.shape[1], height: scores.shape[0], ids: best.indices.map { ids[Int(best[$0])] })
    }
  }

  /// The largest share of every pixel, row by row, of scores `[height, width, 1 + classes]`.
  public static func confidence(_ scores: Tensor) -> [Float] {
    scores.maximum(axes: [2]).scalars
  }
}
