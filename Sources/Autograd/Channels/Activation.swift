/// What a normalisation may apply to its result in the same pass over memory.
public enum Activation: Sendable, CaseIterable {
  case none, relu, relu6

  /// The range that values are limited to; the gradient passes strictly inside it.
  var bounds: (lower: Float, upper: Float) {
    switch self {
    case .none: (-.infinity, .infinity)
    case .relu: (0, .infinity)
    case .relu6: (0, 6)
    }
  }
}
