import Autograd
import Imaging

/// How well class maps, thresholded at each value, agree with given labels.
///
/// A pixel shows its strongest class where that map is above the threshold, and background elsewhere.
struct RegionAgreement: Sendable {
  /// 0, 0.01, …, 0.95.
  static let thresholds = (0...95).map { Float($0) / 100 }

  /// Pixel counts of one class, by how many thresholds lie below their score.
  private struct Counts: Sendable {
    /// Those whose strongest class it is.
    var shown = [Int](repeating: 0, count: thresholds.count + 1)
    /// Those of them that carry its label.
    var shared = [Int](repeating: 0, count: thresholds.count + 1)
    /// Those that carry its label.
    var labelled = 0
  }

  private var counts: [UInt8: Counts] = [:]
  /// All pixels, and those labelled background, by how many thresholds lie below their score.
  private var background = Counts()

  /// Counts the pixels of one image.
  ///
  /// - Precondition: maps and labels have one size.
  init(_ maps: ClassMaps, _ labels: LabelMap) {
    let depth = maps.classes.count
    precondition(
      maps.maps.shape[0] == labels.height && maps.maps.shape[1] == labels.width,
      "agreement: maps of shape \(maps.maps.shape) for labels of \(labels.height) × \(labels.width)")
    let ids = maps.classes.map { UInt8($0 + 1) }
    var (shown, shared) = (ids.map { _ in Counts().shown }, ids.map { _ in Counts().shared })
    maps.maps.withSpan { values in
      for (pixel, label) in labels.ids.enumerated() {
        var (score, strongest) = (-Float.infinity, 0)
        for channel in 0..<depth where values[pixel * depth + channel] > score {
          (score, strongest) = (values[pixel * depth + channel], channel)
        }
        // Thresholds below the score: 0.3 is not below 0.3.
        let below = max(0, min(Self.thresholds.count, Int((score * 100).rounded(.up))))
        shown[strongest][below] += 1
        background.shown[below] += 1
        if label == 0 {
          background.shared[below] += 1
          background.labelled += 1
        } else if label == ids[strongest] {
          shared[strongest][below] += 1
        }
      }
    }
    for (channel, id) in ids.enumerated() {
      counts[id] = Counts(
        shown: shown[channel], shared: shared[channel], labelled: labels.ids.count { $0 == id })
    }
  }

  /// Adds the counts of another image.
  mutating func add(_ other: RegionAgreement) {
    counts.merge(other.counts, uniquingKeysWith: Self.sum)
    background = Self.sum(background, other.background)
  }

  private static func sum(_ first: Counts, _ second: Counts) -> Counts {
    Counts(
      shown: zip(first.shown, second.shown).map(+), shared: zip(first.shared, second.shared).map(+),
      labelled: first.labelled + second.labelled)
  }

  /// The mean intersection over union of all classes that occur, background included, at each threshold.
  var curve: [BackgroundChoice.Point] {
    // A dictionary's own order differs from run to run, and with it the last digits of a sum.
    let counts = counts.sorted { $0.key < $1.key }.map(\.value)
    return Self.thresholds.indices.map { index in
      // With a threshold of this index, scores above it are those with more thresholds below.
      let above = index + 1...Self.thresholds.count
      var ratios = counts.map { counts in
        Self.ratio(
          shared: counts.shared[above].reduce(0, +), shown: counts.shown[above].reduce(0, +),
          labelled: counts.labelled)
      }
      ratios.append(
        Self.ratio(
          shared: background.shared[...index].reduce(0, +), shown: background.shown[...index].reduce(0, +),
          labelled: background.labelled))
      let known = ratios.compactMap(\.self)
      return BackgroundChoice.Point(
        Self.thresholds[index], known.reduce(0, +) / Double(max(1, known.count)))
    }
  }

  private static func ratio(shared: Int, shown: Int, labelled: Int) -> Double? {
    let union = shown + labelled - shared
    return union > 0 ? Double(shared) / Double(union) : nil
  }
}
