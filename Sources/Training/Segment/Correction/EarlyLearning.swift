import Foundation

/// What a segmenter has learnt of the labels of each class so far, and which classes it has begun to
/// memorise.
///
/// Networks learn what labels have in common first and their mistakes later: while a class's IoU with its
/// training labels grows no more, labels are memorised (Liu et al., ADELE, CVPR 2022).
struct EarlyLearning: Codable, Equatable {
  /// The pixels of each class in predictions and labels, in both, since the last measurement.
  private var intersections: [Int]
  private var unions: [Int]
  /// The measurements of each class.
  private(set) var points: [[LearningCurve.Point]]
  /// Whether the slope of each class has fallen off.
  private(set) var isMemorized: [Bool]

  init(classes: Int) {
    intersections = [Int](repeating: 0, count: classes)
    unions = intersections
    points = [[LearningCurve.Point]](repeating: [], count: classes)
    isMemorized = [Bool](repeating: false, count: classes)
  }

  /// Counts pixels; a label of 255 does not count.
  mutating func count(prediction: Int, label: Int) {
    guard label != 255 else { return }
    unions[label] += 1
    if prediction == label { intersections[label] += 1 } else { unions[prediction] += 1 }
  }

  /// Measures every class that was seen since the last time; one whose curve has lost more than `slopeLoss`
  /// of its slope counts as memorised from then on.
  ///
  /// - Returns: the classes that were not before.
  mutating func measure(epoch: Double, slopeLoss: Double) -> [Int] {
    for index in unions.indices where unions[index] > 0 {
      let value = Double(intersections[index]) / Double(unions[index])
      points[index].append(LearningCurve.Point(epoch: epoch, value: value))
      (intersections[index], unions[index]) = (0, 0)
    }
    guard epoch > 1 else { return [] }
    let added = points.indices.filter { index in
      guard !isMemorized[index], let curve = LearningCurve(points[index]) else { return false }
      return curve.slopeLoss(at: epoch) > slopeLoss
    }
    for index in added { isMemorized[index] = true }
    return added
  }
}

/// How a class's IoU with its training labels grows: `a · (1 − exp(−b · tᶜ))` with 0 ≤ a ≤ 1 and b, c > 0,
/// fitted to measurements by least squares (Liu et al., "Adaptive Early-Learning Correction for Segmentation
/// from Noisy Annotations", ADELE, CVPR 2022).
struct LearningCurve {
  /// An IoU, 0 … 1, that was measured `epoch` passes through the images after the beginning.
  struct Point: Codable, Equatable {
    let epoch: Double
    let value: Double
  }

  let a: Double
  let b: Double
  let c: Double

  /// The fewest points that say more than the three numbers of the curve.
  static let leastPoints = 4

  /// The curve nearest to `points`; `nil` for too few of them.
  init?(_ points: [Point]) {
    guard points.count >= Self.leastPoints else { return nil }
    self = Self.fitted(points)
  }

  private init(a: Double, b: Double, c: Double) {
    (self.a, self.b, self.c) = (a, b, c)
  }

  /// How much of the slope that the curve has after one epoch is gone at `epoch`: `|f′(1) − f′(t)| /
  /// |f′(1)|`.
  func slopeLoss(at epoch: Double) -> Double {
    let first = slope(at: 1)
    return first == 0 ? 0 : abs(first - slope(at: epoch)) / first
  }

  func value(at epoch: Double) -> Double { a * (1 - exp(-b * pow(epoch, c))) }

  private func slope(at epoch: Double) -> Double {
    a * b * c * pow(epoch, c - 1) * exp(-b * pow(epoch, c))
  }

  /// With b and c given, a is a linear fit; what is left is a search over their logarithms, on a grid that
  /// closes in on its best point.
  private static func fitted(_ points: [Point]) -> LearningCurve {
    var best = (curve: LearningCurve(a: 0, b: 1, c: 1), error: Double.infinity)
    var centre = (b: 0.0, c: 0.0)
    var width = (b: 7.0, c: 3.0)
    var steps = 20
    while width.b > 1e-7 {
      for i in -steps...steps {
        for j in -steps...steps {
          let (b, c) = (
            exp(centre.b + width.b * Double(i) / Double(steps)),
            exp(centre.c + width.c * Double(j) / Double(steps))
          )
          let curve = scaled(b: b, c: c, to: points)
          let error = points.reduce(0) { $0 + pow($1.value - curve.value(at: $1.epoch), 2) }
          if error < best.error { best = (curve, error) }
        }
      }
      centre = (log(best.curve.b), log(best.curve.c))
      width = (width.b * 0.7, width.c * 0.7)
      steps = 4
    }
    return best.curve
  }

  private static func scaled(b: Double, c: Double, to points: [Point]) -> LearningCurve {
    let unit = LearningCurve(a: 1, b: b, c: c)
    let products = points.map { (unit.value(at: $0.epoch), $0.value) }
    let norm = products.reduce(0) { $0 + $1.0 * $1.0 }
    let a = norm > 0 ? products.reduce(0) { $0 + $1.0 * $1.1 } / norm : 0
    return LearningCurve(a: min(1, max(0, a)), b: b, c: c)
  }
}
