import Imaging

/// Whole pictures one after the other, in the order of their list, for evaluation.
public struct SampleLoader: Sendable {
  /// The data set.
  public let dataset: any Dataset
  /// The images, in order.
  public let ids: [String]
  /// Whether true masks are read.
  public let wantsMasks: Bool

  /// Creates a loader.
  public init(_ dataset: any Dataset, ids: [String], wantsMasks: Bool) {
    self.dataset = dataset
    self.ids = ids
    self.wantsMasks = wantsMasks
  }

  /// Samples read beside the evaluation, in order.
  public func samples(depth: Int = 4, threads: Int = 1) -> Prefetcher<Sample> {
    Prefetcher(ids.indices, depth: depth, threads: threads) { index in
      Result { () throws(DatasetError) in try dataset.sample(ids[index], wantsMask: wantsMasks) }
    }
  }
}
