public import Autograd

/// What a class loses when the image keeps only what its map shows: average drop and increase in confidence
/// (Chattopadhyay et al., "Grad-CAM++", WACV 2018).
///
/// The image is multiplied by its map, both as the network sees them: a normalised image, and the map brought
/// to 0 … 1 and to the image's size.
public struct ConfidenceChange: Sendable, Equatable {
  private var drop = ScoreMean()
  private var increased = ScoreMean()
  /// The drop of each image in its order, 0 to 1; `nil` for one that could not be judged.
  public private(set) var drops: [Double?] = []

  /// The change of no image.
  public init() {}

  /// Counts an image by the probability of the class, 0 to 1, in it and in what the map shows of it.
  ///
  /// A probability that is not finite, as the lack of one, skips the image.
  public mutating func add(whole: Double?, explained: Double?) {
    guard let whole, let explained, whole.isFinite, explained.isFinite else {
      drop.add(nil)
      increased.add(nil)
      drops.append(nil)
      return
    }
    let value = max(0, whole - explained) / (whole + 1e-7)
    drops.append(value)
    drop.add(value)
    increased.add(whole < explained ? 1 : 0)
  }

  /// The mean drop relative to the probability in the whole image, 0 to 1: low is good.
  public var averageDrop: Double? { drop.value }
  /// The share of images where the probability rises, 0 to 1: high is good.
  public var increase: Double? { increased.value }
  /// The number of images that were skipped.
  public var skipped: Int { drop.skipped }

  /// The share of images on which this drop is smaller than another method's, 0 to 1; `nil` where none could
  /// be judged for both.
  ///
  /// - Precondition: both have counted the same images in the same order.
  public func wins(over other: ConfidenceChange) -> Double? {
    precondition(
      drops.count == other.drops.count, "win: \(drops.count) images against \(other.drops.count)")
    let pairs = zip(drops, other.drops).compactMap { own, other in
      own.flatMap { own in other.map { own < $0 } }
    }
    return pairs.isEmpty ? nil : Double(pairs.count { $0 }) / Double(pairs.count)
  }

  /// An image `[height, width, 3]` times the map of any grid, brought to 0 … 1 and to its size; `nil` of a
  /// map that is constant or not finite.
  public static func explained(_ image: Tensor, by map: Tensor) -> Tensor? {
    guard map.isFinite else { return nil }
    let (height, width) = (image.shape[0], image.shape[1])
    return map.onGrid(height: height, width: width).unitRange().map {
      image * $0.reshaped(to: [height, width, 1])
    }
  }
}
