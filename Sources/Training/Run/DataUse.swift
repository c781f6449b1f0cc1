public import Datasets

/// What a stage reads of a data set, and whether it starts from pretrained weights.
///
/// The classes and the lists of all splits that are named count in any case.
public struct DataUse: Equatable, Sendable {
  /// The splits whose pictures are read.
  public var images: Set<Split>
  /// The splits whose image labels are read.
  public var labels: Set<Split>
  /// The splits whose true masks are read.
  public var masks: Set<Split>
  /// Whether the file of `model.weights` is read.
  public var weights: Bool

  /// What is named.
  public init(
    images: Set<Split> = [], labels: Set<Split> = [], masks: Set<Split> = [], weights: Bool = false
  ) {
    self.images = images
    self.labels = labels
    self.masks = masks
    self.weights = weights
  }

  /// All that there is.
  public static let everything = DataUse(
    images: Set(Split.allCases), labels: Set(Split.allCases), masks: Set(Split.allCases), weights: true)

  /// Pictures and labels of these splits, no masks.
  public static func labeledImages(_ splits: Set<Split>, weights: Bool = false) -> DataUse {
    DataUse(images: splits, labels: splits, weights: weights)
  }

  /// The splits of which anything is read, in the order of their roles.
  var splits: [Split] { Split.allCases.filter { images.union(labels).union(masks).contains($0) } }

  /// What either names.
  public func union(_ other: DataUse) -> DataUse {
    DataUse(
      images: images.union(other.images), labels: labels.union(other.labels),
      masks: masks.union(other.masks), weights: weights || other.weights)
  }
}
