public import Autograd
public import Imaging

/// PxAP: the area under the precision-recall curve of the pixels of all maps together, over one set of
/// thresholds (Choe et al., "Evaluating Weakly Supervised Object Localization Methods Right", CVPR 2020).
///
/// Memory does not grow with the number of images, since pixels are counted in bins of values.
public struct PixelAveragePrecision: Sendable, Equatable {
  private let edges: [Double]
  private var positives: [Int]
  private var negatives: [Int]
  /// The number of images.
  public private(set) var images = 0
  /// The number of images whose map is constant or not finite.
  public private(set) var skipped = 0

  /// A curve over thresholds 0, `step`, 2 `step` … below 1.
  ///
  /// - Precondition: `step` lies between 0 and 1.
  public init(step: Double = 0.001) {
    precondition(step > 0 && step < 1, "pixel average precision: the step \(step) is outside 0…1")
    edges = (0..<Int((1 / step).rounded(.up))).map { Double($0) * step }.filter { $0 < 1 } + [1]
    positives = [Int](repeating: 0, count: edges.count)
    negatives = positives
  }

  /// Counts the pixels of an image by a map on any grid, brought to 0 … 1, and by where the class is true.
  ///
  /// - Precondition: `id` is no pixel that is `ignored`.
  public mutating func add(_ map: Tensor, truth: LabelMap, id: UInt8, ignoring ignored: UInt8 = 255) {
    guard map.isFinite, let unit = map.onGrid(height: truth.height, width: truth.width).unitRange() else {
      skipped += 1
      return
    }
    add(unit.scalars, truth: truth.ids.map { $0 == ignored ? nil : $0 == id })
  }

  /// Counts the values 0 … 1 of pixels; `nil` stands for one that does not count.
  mutating func add(_ values: [Float], truth: [Bool?]) {
    images += 1
    for (value, isTrue) in zip(values, truth) {
      guard let isTrue else { continue }
      let bin = bin(of: Double(value))
      if isTrue { positives[bin] += 1 } else { negatives[bin] += 1 }
    }
  }

  /// The last bin whose lower edge is not above a value.
  private func bin(of value: Double) -> Int {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }

  /// The area, 0 to 1; `nil` where no pixel of the class was counted.
  public var value: Double? {
    let all = positives.reduce(0, +)
    guard all > 0 else { return nil }
    var (found, wrong, area) = (0, 0, 0.0)
    for bin in edges.indices.reversed() {
      found += positives[bin]
      wrong += negatives[bin]
      guard positives[bin] > 0 else { continue }
      area += Double(found) / Double(found + wrong) * Double(positives[bin]) / Double(all)
    }
    return area
  }
}
