public import Autograd

/// How a class's map is brought to 0 … 1, per image and class over space.
public enum MapNormalization: String, Codable, Sendable, CaseIterable {
  /// `(M − min) / (max − min + 1e-5)` (ToCo, AFA).
  case minmax
  /// `M / (max + 1e-5)` (IRN, PSA).
  case max
  /// `(M − min − 1e-5) / (max − min + 1e-5)`, with what is below `min + 1e-5` set to 0 (SEAM).
  case shifted

  /// The normalised maps of non-negative `[height, width, classes]`; a constant map becomes zeros or ones
  /// times its value, never NaN.
  public func callAsFunction(_ maps: Tensor) -> Tensor {
    let high = maps.maximum(axes: [0, 1], keepingAxes: true)
    let low = maps.minimum(axes: [0, 1], keepingAxes: true)
    switch self {
    case .minmax: return (maps - low) / (high - low + 1e-5)
    case .max: return maps / (high + 1e-5)
    case .shifted: return ((maps - low - 1e-5) / (high - low + 1e-5)).relu()
    }
  }
}
