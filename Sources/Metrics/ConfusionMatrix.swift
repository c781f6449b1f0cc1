import Autograd
public import Imaging

/// How often each class was predicted where each class is true, in pixels.
///
/// Figures of many pictures come from the summed matrix, never from averaging the figures of each picture.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The number of classes, background included.
  public let classes: Int
  /// The pixel counts `[truth, prediction]`, row by row.
  public private(set) var counts: [Int]

  /// Creates a matrix without counts.
  ///
  /// - Precondition: there are 1 to 256 classes.
  public init(classes: Int) {
    precondition((1...256).contains(classes), "confusion matrix: \(classes) classes; there can be 1 to 256")
    self.classes = classes
    counts = [Int](repeating: 0, count: classes * classes)
  }

  /// Creates a matrix from its counts `[truth, prediction]`.
  init(classes: Int, counts: [Int]) {
    self.classes = classes
    self.counts = counts
  }

  /// Counts the pixels of one picture.
  ///
  /// Pixels whose truth is `ignored` do not count at all. A prediction of 255 counts as background (class
  /// 0), as in IRN's evaluation, so that a pseudo-mask with an ignore band is scored on every pixel.
  ///
  /// - Precondition: the masks have the same size, and each id is a class.
  public mutating func add(prediction: LabelMap, truth: LabelMap, ignoring ignored: UInt8 = 255) {
    do {
      try add(
        prediction: prediction, truth: truth, ignoring: ignored, name: "confusion matrix: the prediction",
        truthName: "the truth")
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Counts the pixels of one picture whose masks were read from the files `name` and `truthName`.
  ///
  /// - Throws: `ScoreError` if the masks differ in size or hold an id that is no class.
  public mutating func add(
    prediction: LabelMap, truth: LabelMap, ignoring ignored: UInt8 = 255, name: String, truthName: String
  ) throws(ScoreError) {
    guard prediction.width == truth.width && prediction.height == truth.height else {
      throw .sizesDiffer(
        prediction: name, width: prediction.width, height: prediction.height, truth: truthName,
        truthWidth: truth.width, truthHeight: truth.height)
    }
    let pairs = Self.pairs(prediction.ids, truth.ids)
    for truth in 0..<256 where truth != ignored {
      for prediction in 0..<256 where pairs[truth << 8 | prediction] > 0 {
        guard truth < classes else { throw .noSuchClass(path: truthName, id: truth, classes: classes) }
        let column = prediction == 255 ? 0 : prediction
        guard column < classes else { throw .noSuchClass(path: name, id: prediction, classes: classes) }
        counts[truth * classes + column] += Int(pairs[truth << 8 | prediction])
      }
    }
  }

  /// How often each pair of ids meets, at index `truth << 8 | prediction`.
  private static func pairs(_ prediction: [UInt8], _ truth: [UInt8]) -> [UInt32] {
    var pairs = [UInt32](repeating: 0, count: 1 << 16)
    pairs.withUnsafeMutableBufferPointer { pairs in
      prediction.withUnsafeBufferPointer { prediction in
        truth.withUnsafeBufferPointer { truth in
          for index in truth.indices { pairs[Int(truth[index]) << 8 | Int(prediction[index])] &+= 1 }
        }
      }
    }
    return pairs
  }

  /// Adds the counts of another matrix.
  ///
  /// - Precondition: it has as many classes.
  public mutating func merge(_ other: ConfusionMatrix) {
    precondition(
      classes == other.classes, "merge: matrices of \(classes) and \(other.classes) classes do not add up")
    for index in counts.indices { counts[index] += other.counts[index] }
  }
}

extension ConfusionMatrix {
  /// The number of pixels that were counted.
  public var total: Int { counts.reduce(0, +) }

  /// The number of pixels of class `index` that were predicted as such.
  func hits(_ index: Int) -> Int { counts[index * classes + index] }

  /// The number of pixels where class `index` is true.
  func truths(_ index: Int) -> Int { counts[index * classes..<(index + 1) * classes].reduce(0, +) }

  /// The number of pixels where class `index` was predicted.
  func predictions(_ index: Int) -> Int {
    stride(from: index, to: counts.count, by: classes).reduce(0) { $0 + counts[$1] }
  }

  /// The intersection over union of each class, 0 to 1; `nil` for a class that occurs neither in the truth
  /// nor in a prediction.
  public var perClassIoU: [Double?] {
    (0..<classes).map { ratio(hits($0), truths($0) + predictions($0) - hits($0)) }
  }

  /// The mean intersection over union of the classes that occur in the truth or in a prediction, 0 to 1.
  ///
  /// This is the nan-mean of mmsegmentation and the macro average of torchmetrics: a class that is predicted
  /// but never true counts as 0, and one that does neither is left out. NaN if no pixel was counted.
  public var meanIoU: Double { mean(perClassIoU) }

  /// The share of pixels that were predicted right, 0 to 1; NaN if no pixel was counted.
  public var pixelAccuracy: Double {
    ratio((0..<classes).reduce(0) { $0 + hits($1) }, total) ?? .nan
  }

  /// The share of each class's predicted pixels that are right; `nil` if it was never predicted.
  public var perClassPrecision: [Double?] { (0..<classes).map { ratio(hits($0), predictions($0)) } }

  /// The share of each class's true pixels that were found; `nil` if it is never true.
  public var perClassRecall: [Double?] { (0..<classes).map { ratio(hits($0), truths($0)) } }

  /// The mean precision of the foreground classes that were predicted; NaN if none was.
  public var meanForegroundPrecision: Double { mean(Array(perClassPrecision.dropFirst())) }

  /// The mean recall of the foreground classes that occur in the truth; NaN if none does.
  public var meanForegroundRecall: Double { mean(Array(perClassRecall.dropFirst())) }

  private func ratio(_ part: Int, _ whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}

/// The mean of the values that are there; NaN if there are none.
func mean(_ values: [Double?]) -> Double {
  let values = values.compactMap { $0 }
  return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
}
