public import Autograd

/// Where the small crops of an image are cut whose class tokens are contrasted with the whole image's.
///
/// Crops are centred on positions that are not certain to show an object; if those are too few, anywhere.
/// A crop is *uncertain* when hardly any object is in it: it is pushed away from the whole image, which
/// hides it (Ru, Zheng, Zhan, Du: Token Contrast for Weakly-Supervised Semantic Segmentation, CVPR 2023,
/// section 3.4).
public struct LocalCrops: Sendable {
  /// The number of crops of an image.
  public var count: Int
  /// The side of a crop in pixels.
  public var side: Int
  /// A crop whose mean certainty (0 background, 1 undecided, 2 object) is at most this is uncertain.
  public var uncertainty: Float = 0.2

  /// A crop of an image.
  public struct Crop: Sendable, Equatable {
    /// The first row.
    public let top: Int
    /// The first column.
    public let left: Int
    /// Whether the crop shows an object.
    public let isCertain: Bool
  }

  /// `count` crops of `side` × `side` pixels.
  public init(count: Int, side: Int) {
    self.count = count
    self.side = side
  }

  /// Crops of an image of `height` × `width` pixels with these labels: 0 background, 255 undecided, a class
  /// above that.
  ///
  /// - Precondition: the image holds at least `count` different crops.
  public func callAsFunction(_ labels: [Float], height: Int, width: Int, random: inout Philox) -> [Crop] {
    let (rows, columns) = (height - side + 1, width - side + 1)
    precondition(
      labels.count == height * width && rows > 0 && columns > 0 && rows * columns >= count,
      "LocalCrops: \(count) crops of \(side) pixels do not fit into \(height) × \(width)")
    let certainty = labels.map { $0 == 0 ? 0 : $0 == 255 ? 1 : 2 }
    var places: [Int] = []
    for place in 0..<rows * columns {
      let (top, left) = place.quotientAndRemainder(dividingBy: columns)
      if certainty[(top + side / 2) * width + left + side / 2] < 2 { places.append(place) }
    }
    if places.count < count { places = Array(0..<rows * columns) }
    // The first steps of a shuffle: each crop at another place.
    return (0..<count).map { index in
      places.swapAt(index, random.integer(in: index..<places.count))
      let (top, left) = places[index].quotientAndRemainder(dividingBy: columns)
      var sum = 0
      for row in top..<top + side {
        for column in left..<left + side { sum += certainty[row * width + column] }
      }
      return Crop(top: top, left: left, isCertain: Float(sum) / Float(side * side) > uncertainty)
    }
  }
}
