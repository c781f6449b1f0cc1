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
