public import Autograd
public import Imaging

/// The confusion matrices of class activation maps for many background thresholds, in one pass per picture.
///
/// A pixel is labelled with its strongest foreground class where that score is above the threshold θ, and
/// background elsewhere: the argmax over the maps with a constant θ put before them. Each pixel only falls
/// into one bin of a histogram (truth, class, thresholds below its score); the matrix of any threshold is a
/// sum over bins.
///
/// The best threshold is chosen with the ground truth, so a score at it has to be called that.
public struct ThresholdSweep: Sendable {
  /// One point of the curve.
  public struct Point: Sendable, Equatable {
    /// The background threshold.
    public let threshold: Float
    /// The mean intersection over union there, 0 to 1.
    public let meanIoU: Double
  }

  /// 0, 0.01, …, 0.95.
  public static let standardThresholds = (0...95).map { Float($0) / 100 }

  /// The number of classes, background included.
  public let classes: Int
  /// The thresholds from low to high.
  public let thresholds: [Float]
  /// Pixel counts `[truth, strongest class, thresholds below the score]`.
  private var bins: [Int]

  private var binsPerPair: Int { thresholds.count + 1 }

  /// Creates a sweep without counts.
  ///
  /// - Precondition: there are 2 to 255 classes, and the thresholds increase.
  public init(classes: Int, thresholds: [Float] = standardThresholds) {
    precondition(
      (2...255).contains(classes), "sweep: \(classes) classes; there can be 2 to 255 with background")
    precondition(
      !thresholds.isEmpty && zip(thresholds, thresholds.dropFirst()).allSatisfy(<),
      "sweep: the thresholds \(thresholds) do not increase")
    self.classes = classes
    self.thresholds = thresholds
    bins = [Int](repeating: 0, count: classes * classes * (thresholds.count + 1))
  }

  /// Counts the pixels of one picture.
  ///
  /// `scores` holds the highest foreground score of each pixel, row by row (NaN is below all thresholds),
  /// `strongest` the id of that class.
  ///
  /// - Precondition: there is one score and one class per pixel of the truth, and each id is a class.
  public mutating func add(
    scores: [Float], strongest: [UInt8], truth: LabelMap, ignoring ignored: UInt8 = 255
  ) {
    precondition(
      scores.count == truth.ids.count && strongest.count == truth.ids.count,
      "sweep: \(scores.count) scores and \(strongest.count) classes for \(truth.ids.count) pixels")
    let (classes, binsPerPair, thresholds) = (classes, binsPerPair, thresholds)
    bins.withUnsafeMutableBufferPointer { bins in
      for index in scores.indices where truth.ids[index] != ignored {
        let (actual, guess) = (Int(truth.ids[index]), Int(strongest[index]))
        precondition(
          actual < classes && guess < classes, "sweep: the id \(max(actual, guess)) is none of \(classes)")
        bins[(actual * classes + guess) * binsPerPair + Self.below(scores[index], thresholds)] += 1
      }
    }
  }

  /// Counts the pixels of one picture from the maps of the classes that are in it.
  ///
  /// Channel i of the maps `[height, width, present]` belongs to the foreground class `present[i]`, that is
  /// to the id `present[i] + 1`. Where several are highest the first counts; without maps every pixel is
  /// background.
  ///
  /// - Precondition: the maps have the size of the truth, and each id is a class.
  public mutating func add(
    maps: Tensor, classes present: [Int], truth: LabelMap, ignoring ignored: UInt8 = 255
  ) {
    precondition(
      maps.shape == [truth.height, truth.width, present.count],
      "sweep: maps \(maps.shape) of \(present.count) classes do not fit \(truth.height) × \(truth.width)")
    var scores = [Float](repeating: -.infinity, count: truth.ids.count)
    var strongest = [UInt8](repeating: 0, count: truth.ids.count)
    let depth = present.count
    maps.withSpan { maps in
      for pixel in scores.indices {
        for channel in 0..<depth where maps[pixel * depth + channel] > scores[pixel] {
          scores[pixel] = maps[pixel * depth + channel]
          strongest[pixel] = UInt8(present[channel] + 1)
        }
      }
    }
    add(scores: scores, strongest: strongest, truth: truth, ignoring: ignored)
  }

  /// The number of thresholds below `score`.
  @inline(__always)
  private static func below(_ score: Float, _ thresholds: [Float]) -> Int {
    var (low, high) = (0, thresholds.count)
    while low < high {
      let middle = (low + high) / 2
      if thresholds[middle] < score { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Adds the counts of another sweep.
  ///
  /// - Precondition: it has the same classes and thresholds.
  public mutating func merge(_ other: ThresholdSweep) {
    precondition(
      classes == other.classes && thresholds == other.thresholds,
      "merge: sweeps with other classes or thresholds do not add up")
    for index in bins.indices { bins[index] += other.bins[index] }
  }

  /// The confusion matrix at the threshold with this index.
  public func confusion(at index: Int) -> ConfusionMatrix {
    var counts = [Int](repeating: 0, count: classes * classes)
    for pair in 0..<classes * classes {
      let start = pair * binsPerPair
      counts[pair / classes * classes] += bins[start...start + index].reduce(0, +)
      counts[pair] += bins[start + index + 1..<start + binsPerPair].reduce(0, +)
    }
    return ConfusionMatrix(classes: classes, counts: counts)
  }

  /// The mean intersection over union at each threshold.
  public var curve: [Point] {
    thresholds.indices.map { Point(threshold: thresholds[$0], meanIoU: confusion(at: $0).meanIoU) }
  }

  /// The point of the highest threshold that is not above `threshold`; the first where all are.
  public func point(at threshold: Float) -> Point {
    curve.last { $0.threshold <= threshold + 1e-4 } ?? curve[0]
  }

  /// The point with the highest mean intersection over union; of equal ones the lowest threshold.
  public var best: Point { curve[bestIndex] }

  /// The index of the best point's threshold.
  public var bestIndex: Int {
    let curve = curve
    return curve.indices.dropFirst().reduce(0) { curve[$1].meanIoU > curve[$0].meanIoU ? $1 : $0 }
  }
}
