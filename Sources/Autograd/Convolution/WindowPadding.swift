/// The zeros around a map that a window slides over.
public enum WindowPadding: Sendable, Hashable, CustomStringConvertible {
  /// So many on each of the four sides.
  case even(Int)
  /// As many as the window needs to stand at ⌈extent / stride⌉ positions along an axis, an odd one behind the
  /// map: TensorFlow's "SAME".
  case same

  public var description: String { if case .even(let padding) = self { "\(padding)" } else { "same" } }

  /// Whether no side lacks zeros.
  var isLegal: Bool { if case .even(let padding) = self { padding >= 0 } else { true } }

  /// The zeros before and behind a map of `extent` along an axis.
  ///
  /// `window` counts the positions from its first tap to its last one.
  func margin(extent: Int, window: Int, stride: Int) -> WindowMargin {
    switch self {
    case .even(let padding): return WindowMargin(before: padding, after: padding)
    case .same:
      let positions = (extent + stride - 1) / stride
      let total = max(0, (positions - 1) * stride + window - extent)
      return WindowMargin(before: total / 2, after: total - total / 2)
    }
  }
}

/// The zeros before and behind a map along an axis.
struct WindowMargin: Sendable, Hashable {
  let before: Int
  let after: Int

  var total: Int { before + after }
}
