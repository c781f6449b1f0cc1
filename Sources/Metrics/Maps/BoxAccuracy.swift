public import Autograd

/// How often boxes drawn from maps meet true ones, at the best threshold for all images: MaxBoxAcc and
/// MaxBoxAccV2 (Choe et al., "Evaluating Weakly Supervised Object Localization Methods Right", CVPR 2020).
///
/// A map is resized to 224 × 224 with cubic interpolation, brought to 0 … 1 and to 8 bits; the pixels above a
/// share τ of its maximum are boxed. A constant map, or one that is not finite, has no pixel above any, and
/// is wrong; an image without a true box is skipped.
public struct BoxAccuracy: Sendable, Equatable {
  /// Which contours of a thresholded map get a box.
  public enum Contours: Sendable {
    /// The one of the largest area.
    case largest
    /// Each of them, those around holes included; one that is right is enough.
    case all
  }

  /// The side of the grid that boxes are compared on.
  public static let side = 224

  /// The thresholds τ.
  public let thresholds: [Double]
  /// The overlaps from which on a box is right.
  public let overlaps: [Double]
  /// Which contours are boxed.
  public let contours: Contours
  /// The number of images.
  public private(set) var images = 0
  /// The number of images without a true box.
  public private(set) var skipped = 0
  /// The number of right images `[overlap, threshold]`.
  private var right: [[Int]]

  /// MaxBoxAcc: one box, right from an overlap of one half on.
  public static func single(step: Double = 0.01) -> BoxAccuracy {
    BoxAccuracy(step: step, overlaps: [0.5], contours: .largest)
  }

  /// MaxBoxAccV2: all boxes, the mean over overlaps of 0.3, 0.5 and 0.7.
  public static func averaged(step: Double = 0.01) -> BoxAccuracy {
    BoxAccuracy(step: step, overlaps: [0.3, 0.5, 0.7], contours: .all)
  }

  private init(step: Double, overlaps: [Double], contours: Contours) {
    precondition(step > 0 && step < 1, "box accuracy: the step \(step) is outside 0…1")
    thresholds = (0..<Int((1 / step).rounded(.up))).map { Double($0) * step }.filter { $0 < 1 }
    self.overlaps = overlaps
    self.contours = contours
    right = overlaps.map { [thresholds] _ in [Int](repeating: 0, count: thresholds.count) }
  }

  /// Counts an image of `width` × `height` pixels by the map `[rows, columns]` of its class and true boxes.
  public mutating func add(_ map: Tensor, boxes: [Box], width: Int, height: Int) {
    guard !boxes.isEmpty else {
      skipped += 1
      return
    }
    images += 1
    let side = Self.side
    let truths = boxes.map { $0.scaled(from: (width, height), to: (side, side)) }
    guard let levels = Self.levels(of: map) else {
      count(Box(0, 0, 0, 0), truths, at: thresholds.indices)
      return
    }
    let high = Double(levels.max() ?? 0)
    var last: (level: Int, boxes: [Box]) = (-1, [])
    for (index, threshold) in thresholds.enumerated() {
      let level = Int(threshold * high)
      if level != last.level { last = (level, boxesAbove(level, levels)) }
      let best = last.boxes.flatMap { box in truths.map { $0.overlap(with: box) } }.max() ?? 0
      for (row, overlap) in overlaps.enumerated() where best >= overlap { right[row][index] += 1 }
    }
  }

  /// The accuracy at the best threshold, 0 to 1, the mean over all overlaps; `nil` without images.
  public var value: Double? {
    guard images > 0 else { return nil }
    let best = right.map { Double($0.max() ?? 0) / Double(images) }
    return best.reduce(0, +) / Double(best.count)
  }

  private mutating func count(_ box: Box, _ truths: [Box], at indices: Range<Int>) {
    let best = truths.map { $0.overlap(with: box) }.max() ?? 0
    for (row, overlap) in overlaps.enumerated() where best >= overlap {
      for index in indices { right[row][index] += 1 }
    }
  }

  /// The 8-bit values of a map on the grid of 224; `nil` of a constant map and of one that is not finite.
  private static func levels(of map: Tensor) -> [UInt8]? {
    guard map.isFinite, let unit = map.onGrid(height: side, width: side, .bicubic).unitRange() else {
      return nil
    }
    return unit.scalars.map { UInt8($0 * 255) }
  }

  /// The boxes of the pixels above a level; one of a single pixel where there is none.
  private func boxesAbove(_ level: Int, _ levels: [UInt8]) -> [Box] {
    let mask = levels.map { $0 > level }
    let boxes: [Box]
    switch contours {
    case .largest:
      boxes = [Segment.largest(of: mask, width: Self.side, by: .contourArea)?.box].compactMap(\.self)
    case .all:
      boxes = Segment.segments(of: mask, width: Self.side).flatMap { [$0.box] + $0.outline.holes }
    }
    guard !boxes.isEmpty else { return [Box(0, 0, 0, 0)] }
    // The reference counts one column and one row more, as far as the grid goes.
    return boxes.map {
      Box($0.left, $0.top, min($0.right + 1, Self.side - 1), min($0.bottom + 1, Self.side - 1))
    }
  }
}
