import Autograd

/// How predictions over several scales and mirror images become one.
public enum ScaleMerge: String, Codable, Sendable, CaseIterable {
  /// The mean of all probabilities.
  case mean
  /// The largest of the scales' class scores, each added up with its mirror image's (Ru et al., CVPR 2023).
  case maximum

  /// Probabilities from class scores `[height, width, classes]`: for each scale those of the image and, if
  /// used, of its mirror image.
  func probabilities(_ scores: [[Tensor]]) -> Tensor {
    switch self {
    case .mean:
      let all = scores.joined().map { $0.softmax() }
      return Self.sum(all) * (1 / Float(all.count))
    case .maximum:
      let sums = scores.map(Self.sum)
      return sums.dropFirst().reduce(sums[0]) { $0.pointwiseMaximum($1) }.softmax()
    }
  }

  private static func sum(_ tensors: [Tensor]) -> Tensor {
    tensors.dropFirst().reduce(tensors[0]) { $0 + $1 }
  }
}
