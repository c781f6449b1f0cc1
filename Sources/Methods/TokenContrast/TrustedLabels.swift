public import Autograd

/// Labels from class maps with a band of values in which nothing is believed.
///
/// With `v = max_c M_c` over the classes that the image is known to hold: background where `v ≤ lower`, the
/// class of the maximum where `v > upper`, and 255 between (Ru et al., CVPR 2023, equation 2).
public struct TrustedLabels: Sendable {
  /// Up to this value a pixel is background; 0 … 1.
  public var lower: Float
  /// Above this value a pixel shows its class; at least `lower`.
  public var upper: Float

  /// Labels with this band.
  public init(lower: Float, upper: Float) {
    self.lower = lower
    self.upper = upper
  }

  /// The label of every position of `[height, width, classes]` with values 0 … 1, row by row; channel i is
  /// the class at `classes[i]`, whose id is its index + 1.
  public func callAsFunction(_ maps: Tensor, classes: [Int]) -> [Float] {
    let count = maps.shape[0] * maps.shape[1]
    return maps.withSpan { maps in
      (0..<count).map { position in
        var (best, value) = (0, -Float.infinity)
        for index in classes.indices where maps[position * classes.count + index] > value {
          (best, value) = (classes[index] + 1, maps[position * classes.count + index])
        }
        return value <= lower ? 0 : value <= upper ? 255 : Float(best)
      }
    }
  }
}
