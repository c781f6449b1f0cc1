public import Autograd

/// How the map of an image and the un-mirrored map of its mirror image become one.
public enum FlipMerge: String, Codable, Sendable, CaseIterable {
  /// The larger of the two at every position, then rectified (ToCo).
  case maximum
  /// The sum of the two rectified maps (IRN).
  case sum

  /// The rectified union of two maps of the same shape.
  public func merged(_ map: Tensor, _ mirrored: Tensor) -> Tensor {
    switch self {
    case .maximum: map.pointwiseMaximum(mirrored).relu()
    case .sum: map.relu() + mirrored.relu()
    }
  }
}
