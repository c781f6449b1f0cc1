public import Autograd

/// The pointing game: how often the greatest value of a map lies on or near an object of its class
/// (Zhang et al., "Top-down Neural Attention by Excitation Backprop", ECCV 2016).
public struct PointingGame: Sendable, Equatable {
  /// The distance in pixels below which a point is near enough.
  public let tolerance: Double
  /// How many points hit, class by class.
  public private(set) var accuracies: [ScoreMean]
  /// The number of maps with several greatest values, of which the first counts.
  public private(set) var ties = 0

  /// A game over some classes; 15 pixels is the tolerance of the paper.
  ///
  /// - Precondition: the tolerance is above 0.
  public init(classes: Int, tolerance: Double = 15) {
    precondition(tolerance > 0, "pointing game: the tolerance \(tolerance) is not above 0")
    self.tolerance = tolerance
    accuracies = [ScoreMean](repeating: ScoreMean(), count: classes)
  }

  /// Counts the map `[rows, columns]` of a class in an image where `object` says of each of `width` columns'
  /// pixels whether it shows the class.
  ///
  /// A constant map, one that is not finite, and an image without the class are skipped.
  public mutating func add(_ map: Tensor, class index: Int, object: [Bool], width: Int) {
    let hit = hit(map, object, width)
    accuracies[index].add(hit.map { $0 ? 1 : 0 })
  }

  /// The mean over the classes that were counted, 0 to 1; `nil` if none was.
  public var value: Double? {
    let values = accuracies.compactMap(\.value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private mutating func hit(_ map: Tensor, _ object: [Bool], _ width: Int) -> Bool? {
    guard object.contains(true), map.isFinite else { return nil }
    let values = map.onGrid(height: object.count / width, width: width).scalars
    guard let high = values.max(), high != values.min(), let index = values.firstIndex(of: high) else {
      return nil
    }
    if values[(index + 1)...].contains(high) { ties += 1 }
    return Self.isNear(
      x: index % width, y: index / width, object: object, width: width, tolerance: tolerance)
  }

  /// Whether some pixel of the object is less than the tolerance away.
  static func isNear(x: Int, y: Int, object: [Bool], width: Int, tolerance: Double) -> Bool {
    object.indices.contains { index in
      guard object[index] else { return false }
      let (dx, dy) = (Double(index % width - x), Double(index / width - y))
      return dx * dx + dy * dy < tolerance * tolerance
    }
  }
}
