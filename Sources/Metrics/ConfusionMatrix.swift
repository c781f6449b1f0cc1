public import Imaging

/// Pixel counts by true class (row) and predicted class (column), from which every segmentation score follows.
///
/// Scores of a set of images come from the summed matrix, never from a mean over images.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The number of classes, the background included.
  public let classes: Int
  /// The counts, row by row.
  public private(set) var counts: [Int]

  /// An empty matrix.
  ///
  /// - Precondition: there are 1 to 255 classes.
  public init(classes: Int) {
    precondition((1...255).contains(classes), "confusion matrix: \(classes) classes; 1 to 255 are possible")
    self.classes = classes
    counts = [Int](repeating: 0, count: classes * classes)
  }

  /// Counts every pixel of a prediction whose true id is a class; any other true id, such as 255, is ignored.
  ///
  /// A predicted id that is no class counts as background.
  ///
  /// - Precondition: both have the same size.
  public mutating func add(prediction: LabelMap, truth: LabelMap) {
    precondition(
      prediction.width == truth.width && prediction.height == truth.height,
      """
      confusion matrix: a prediction of \(prediction.width) × \(prediction.height) does not lie on a truth of \
      \(truth.width) × \(truth.height)
      """)
    add(prediction: prediction.ids, truth: truth.ids)
  }

  /// Counts pixel by pixel, as for label maps.
  ///
  /// - Precondition: there are as many of both.
  public mutating func add(prediction: [UInt8], truth: [UInt8]) {
    precondition(
      prediction.count == truth.count,
      "confusion matrix: \(prediction.count) predictions for \(truth.count) true ids")
    // A table of all 256 × 256 pairs keeps branches out of the loop over pixels.
    var pairs = [Int](repeating: 0, count: 1 << 16)
    for (predicted, actual) in zip(prediction, truth) { pairs[Int(actual) << 8 | Int(predicted)] += 1 }
    for actual in 0..<classes {
      for predicted in 0..<256 where pairs[actual << 8 | predicted] > 0 {
        counts[actual * classes + (predicted < classes ? predicted : 0)] += pairs[actual << 8 | predicted]
      }
    }
  }

  /// Adds the counts of another matrix.
  ///
  /// - Precondition: both have the same number of classes.
  public mutating func merge(_ other: ConfusionMatrix) {
    precondition(
      classes == other.classes, "confusion matrix: \(classes) and \(other.classes) classes cannot be merged")
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// Adds `count` pixels of one true and one predicted class.
  mutating func add(_ count: Int, truth: Int, prediction: Int) {
    counts[truth * classes + prediction] += count
  }

  private func hits(_ index: Int) -> Int { counts[index * classes + index] }

  private func trueCount(_ index: Int) -> Int {
    counts[index * classes..<(index + 1) * classes].reduce(0, +)
  }

  private func predictedCount(_ index: Int) -> Int {
    stride(from: index, to: counts.count, by: classes).reduce(0) { $0 + counts[$1] }
  }

  private static func share(_ part: Int, _ whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }

  private static func mean(_ values: [Double?]) -> Double {
    let known = values.compactMap { $0 }
    return known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
  }

  /// Intersection over union of each class, 0 … 1; `nil` for a class that occurs in neither.
  public var perClassIoU: [Double?] {
    (0..<classes).map { index in
      Self.share(hits(index), trueCount(index) + predictedCount(index) - hits(index))
    }
  }

  /// The mean of `perClassIoU` over the classes that occur in truth or prediction, 0 … 1.
  public var meanIoU: Double { Self.mean(perClassIoU) }

  /// The share of pixels that are right, 0 … 1; 0 without pixels.
  public var pixelAccuracy: Double {
    Self.share((0..<classes).reduce(0) { $0 + hits($1) }, counts.reduce(0, +)) ?? 0
  }

  /// The share of each class's pixels that were found, 0 … 1; `nil` for a class that truth lacks.
  public var perClassRecall: [Double?] {
    (0..<classes).map { Self.share(hits($0), trueCount($0)) }
  }

  /// The share of each class's predicted pixels that are right, 0 … 1; `nil` for a class never predicted.
  public var perClassPrecision: [Double?] {
    (0..<classes).map { Self.share(hits($0), predictedCount($0)) }
  }

  /// The mean of `perClassRecall` over the classes that occur in truth, 0 … 1.
  public var meanAccuracy: Double { Self.mean(perClassRecall) }
}
