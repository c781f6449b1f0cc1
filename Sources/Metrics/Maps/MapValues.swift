public import Autograd

/// Scores of images `[batch, height, width, 3]`, one for each in their order: what metrics ask of a network.
///
/// Where a metric speaks of probabilities, these lie in 0 … 1.
public typealias ImageScores = (_ images: Tensor) -> [Float]

/// A mean that knows how many values it could not count.
public struct ScoreMean: Sendable, Equatable {
  /// The number of values.
  public private(set) var used = 0
  /// The number of cases that had no value.
  public private(set) var skipped = 0
  private var sum = 0.0

  /// The mean of nothing.
  public init() {}

  /// Counts a value; `nil` and what is not finite are skipped.
  public mutating func add(_ value: Double?) {
    guard let value, value.isFinite else {
      skipped += 1
      return
    }
    used += 1
    sum += value
  }

  /// The mean; `nil` of nothing.
  public var value: Double? { used > 0 ? sum / Double(used) : nil }
}

extension Tensor {
  /// The values of a map `[rows, columns]` brought to 0 … 1 by its least and its greatest; `nil` of a map
  /// that is constant or not finite.
  public func unitRange() -> Tensor? {
    let values = scalars
    guard let low = values.min(), let high = values.max(), values.allSatisfy(\.isFinite), low < high else {
      return nil
    }
    // In double precision no difference overflows.
    let (start, extent) = (Double(low), Double(high) - Double(low))
    return Tensor(values.map { Float((Double($0) - start) / extent) }, shape: shape)
  }

  /// A map `[rows, columns]` on another grid.
  func onGrid(height: Int, width: Int, _ mode: Resampling = .bilinear) -> Tensor {
    precondition(rank == 2, "map: the shape \(shape) is not [rows, columns]")
    guard shape != [height, width] else { return self }
    return detached().reshaped(to: [1, shape[0], shape[1], 1]).resized(height: height, width: width, mode)
      .reshaped(to: [height, width])
  }

  /// The indices of the values from high to low; of equal ones the first comes first.
  func descendingOrder() -> [Int] {
    let values = scalars
    return values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
  }
}

/// The scores of some images `[height, width, 3]`, at most `batch` at once.
func batchedScores(of count: Int, batch: Int, _ scores: ImageScores, image: (Int) -> Tensor) -> [Float] {
  var all: [Float] = []
  for start in stride(from: 0, to: count, by: batch) {
    let images = (start..<min(start + batch, count)).map { index in
      let image = image(index)
      return image.reshaped(to: [1, image.shape[0], image.shape[1], 3])
    }
    all += scores(Tensor.concatenated(images, axis: 0))
  }
  precondition(all.count == count, "scores: \(all.count) scores for \(count) images")
  return all
}
