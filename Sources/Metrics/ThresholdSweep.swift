public import Autograd
public import Imaging

/// The segmentation scores of class maps at many background thresholds, gathered in one pass over each image.
///
/// A pixel is background where its largest map value is not above the threshold, else the class of that value.
public struct ThresholdSweep: Sendable {
  /// The score at one threshold.
  public struct Point: Sendable, Equatable {
    /// The background threshold.
    public let threshold: Float
    /// The mean IoU, 0 … 1.
    public let meanIoU: Double
  }

  /// The thresholds, rising.
  public let thresholds: [Float]
  private let classes: Int
  /// Pixel counts by bin, true class, and class of the largest value; bin b holds the pixels that are
  /// foreground at exactly the first b thresholds.
  private var counts: [Int]

  /// An empty sweep over `classes` classes, the background included.
  ///
  /// - Precondition: the thresholds rise.
  public init(classes: Int, thresholds: [Float]) {
    precondition(
      zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 < $1 } && !thresholds.isEmpty,
      "threshold sweep: the thresholds \(thresholds) do not rise")
    self.thresholds = thresholds
    self.classes = classes
    counts = [Int](repeating: 0, count: (thresholds.count + 1) * classes * classes)
  }

  /// Counts an image with maps `[height, width, present]`, whose channel i belongs to the class index
  /// `present[i]`, that is to the id `present[i] + 1`; without a channel every pixel is background.
  ///
  /// - Precondition: the maps have the size of the truth.
  public mutating func add(maps: Tensor, classes present: [Int], truth: LabelMap) {
    precondition(
      maps.shape == [truth.height, truth.width, present.count],
      "threshold sweep: maps of shape \(maps.shape) for \(present.count) classes do not fit the truth")
    let ids = truth.ids
    maps.withSpan { values in
      for pixel in ids.indices where Int(ids[pixel]) < classes {
        var (best, label) = (-Float.infinity, 0)
        for channel in present.indices where values[pixel * present.count + channel] > best {
          best = values[pixel * present.count + channel]
          label = present[channel] + 1
        }
        counts[(bin(of: best) * classes + Int(ids[pixel])) * classes + label] += 1
      }
    }
  }

  /// The number of thresholds that `value` is above.
  private func bin(of value: Float) -> Int {
    var (low, high) = (0, thresholds.count)
    while low < high {
      let middle = (low + high) / 2
      if thresholds[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The confusion at the threshold with this index.
  public func confusion(at index: Int) -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: classes)
    for bin in 0...thresholds.count {
      for truth in 0..<classes {
        for label in 0..<classes {
          let count = counts[(bin * classes + truth) * classes + label]
          if count > 0 { matrix.add(count, truth: truth, prediction: bin > index ? label : 0) }
        }
      }
    }
    return matrix
  }

  /// The mean IoU at every threshold.
  public var curve: [Point] {
    thresholds.indices.map { Point(threshold: thresholds[$0], meanIoU: confusion(at: $0).meanIoU) }
  }

  /// The point of the curve with the highest mean IoU: a choice made with the true masks.
  public var best: Point {
    curve.reduce(Point(threshold: thresholds[0], meanIoU: -1)) { $1.meanIoU > $0.meanIoU ? $1 : $0 }
  }
}
