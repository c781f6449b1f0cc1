import Autograd
import Imaging

/// How well class maps, thresholded at each value, agree with given labels or with other maps that are
/// thresholded at the same value.
///
/// A pixel shows its strongest class where that map is above the threshold, and background elsewhere.
struct RegionAgreement: Sendable {
  /// 0, 0.01, …, 0.95.
  static let thresholds = (0...95).map { Float($0) / 100 }

  /// Pixel counts of one class, by how many thresholds lie below their score.
  private struct Counts: Sendable {
    /// Those whose strongest class it is.
    var shown = [Int](repeating: 0, count: thresholds.count + 1)
    /// Those that the other side shows it at.
    var others = [Int](repeating: 0, count: thresholds.count + 1)
    /// Those that both show it at, by the score that ends it first.
    var shared = [Int](repeating: 0, count: thresholds.count + 1)
  }

  /// The strongest class of each pixel, by its channel, and how many thresholds lie below its score.
  private struct Strongest {
    var channels: [Int]
    var below: [Int]
  }

  private var counts: [UInt8: Counts] = [:]
  /// All pixels by how many thresholds lie below their score; shared are those below both scores.
  private var background = Counts()

  /// Counts the pixels of one image, whose labels hold no class beside those of the maps.
  ///
  /// - Precondition: maps and labels have one size.
  init(_ maps: ClassMaps, _ labels: LabelMap) {
    precondition(
      maps.maps.shape[0] == labels.height && maps.maps.shape[1] == labels.width,
      "agreement: maps of shape \(maps.maps.shape) for labels of \(labels.height) × \(labels.width)")
    var channels = [Int?](repeating: nil, count: 256)
    for (channel, index) in maps.classes.enumerated() { channels[index + 1] = channel }
    // A label is above every threshold, and background below all of them.
    let given = Strongest(
      channels: labels.ids.map { channels[Int($0)] ?? 0 },
      below: labels.ids.map { channels[Int($0)] == nil ? 0 : Self.thresholds.count })
    self.init(maps.classes, Self.strongest(maps), given)
  }

  /// Counts the pixels of one image that two sets of maps show.
  ///
  /// - Precondition: both have the same classes and one size.
  init(_ maps: ClassMaps, _ others: ClassMaps) {
    precondition(
      maps.classes == others.classes && maps.maps.shape == others.maps.shape,
      "agreement: maps of shape \(maps.maps.shape) beside maps of shape \(others.maps.shape)")
    self.init(maps.classes, Self.strongest(maps), Self.strongest(others))
  }

  private init(_ classes: [Int], _ first: Strongest, _ second: Strongest) {
    let empty = classes.map { _ in Counts().shown }
    var (shown, others, shared) = (empty, empty, empty)
    for pixel in first.channels.indices {
      let (own, other) = (first.channels[pixel], second.channels[pixel])
      let (low, high) = (first.below[pixel], second.below[pixel])
      shown[own][low] += 1
      others[other][high] += 1
      if own == other { shared[own][min(low, high)] += 1 }
      background.shown[low] += 1
      background.others[high] += 1
      background.shared[max(low, high)] += 1
    }
    for (channel, index) in classes.enumerated() {
      counts[UInt8(index + 1)] = Counts(
        shown: shown[channel], others: others[channel], shared: shared[channel])
    }
  }

  private static func strongest(_ maps: ClassMaps) -> Strongest {
    let depth = maps.classes.count
    let pixels = maps.maps.shape[0] * maps.maps.shape[1]
    var result = Strongest(
      channels: [Int](repeating: 0, count: pixels), below: [Int](repeating: 0, count: pixels))
    maps.maps.withSpan { values in
      for pixel in 0..<pixels {
        var (score, strongest) = (-Float.infinity, 0)
        for channel in 0..<depth where values[pixel * depth + channel] > score {
          (score, strongest) = (values[pixel * depth + channel], channel)
        }
        result.channels[pixel] = strongest
        // Thresholds below the score: 0.3 is not below 0.3.
        result.below[pixel] = max(0, min(thresholds.count, Int((score * 100).rounded(.up))))
      }
    }
    return result
  }

  /// Adds the counts of another image.
  mutating func add(_ other: RegionAgreement) {
    counts.merge(other.counts, uniquingKeysWith: Self.sum)
    background = Self.sum(background, other.background)
  }

  private static func sum(_ first: Counts, _ second: Counts) -> Counts {
    Counts(
      shown: zip(first.shown, second.shown).map(+), others: zip(first.others, second.others).map(+),
      shared: zip(first.shared, second.shared).map(+))
  }

  /// The mean intersection over union of all classes that occur, background included, at each threshold.
  var curve: [BackgroundChoice.Point] {
    // A dictionary's own order differs from run to run, and with it the last digits of a sum.
    let counts = counts.sorted { $0.key < $1.key }.map(\.value)
    return Self.thresholds.indices.map { index in
      // With a threshold of this index, scores above it are those with more thresholds below.
      let above = index + 1...Self.thresholds.count
      let ratios = counts.map { Self.ratio($0, above) } + [Self.ratio(background, 0...index)]
      let known = ratios.compactMap(\.self)
      return BackgroundChoice.Point(
        Self.thresholds[index], known.reduce(0, +) / Double(max(1, known.count)))
    }
  }

  /// The intersection over union of the pixels whose scores fall into `bins`; `nil` where there are none.
  private static func ratio(_ counts: Counts, _ bins: ClosedRange<Int>) -> Double? {
    let shared = counts.shared[bins].reduce(0, +)
    let union = counts.shown[bins].reduce(0, +) + counts.others[bins].reduce(0, +) - shared
    return union > 0 ? Double(shared) / Double(union) : nil
  }
}

extension [RegionAgreement] {
  /// The counts of all images together; `nil` without any.
  var total: RegionAgreement? {
    guard var sum = first else { return nil }
    for part in dropFirst() { sum.add(part) }
    return sum
  }
}
