/// Overlapping square windows that cover an image, at least a quarter of a window in common with the next.
///
/// A transformer's attention grows with the square of an image's area, and positions far outside those it was
/// trained with mean little to it; in windows of one size, cost grows with the area.
struct WindowGrid: Equatable {
  /// The upper edges of the windows' rows, and the left edges of their columns.
  let tops: [Int]
  let lefts: [Int]
  /// The extent of every window.
  let height: Int
  let width: Int

  /// Whether one window holds the whole image.
  var isSingle: Bool { tops.count * lefts.count == 1 }

  /// The windows of at most `side` × `side` pixels that cover `imageHeight` × `imageWidth`; the whole image
  /// is the only one for 0.
  init(imageHeight: Int, imageWidth: Int, side: Int) {
    (tops, height) = Self.windows(imageHeight, longest: side > 0 ? side : imageHeight)
    (lefts, width) = Self.windows(imageWidth, longest: side > 0 ? side : imageWidth)
  }

  /// Where windows begin along one side, evenly spread, and how long they are: no longer than so many need to
  /// be, but a multiple of 32, which every network reads without padding.
  private static func windows(_ length: Int, longest: Int) -> (starts: [Int], window: Int) {
    guard length > longest else { return ([0], length) }
    let stride = longest * 3 / 4
    let gaps = (length - longest + stride - 1) / stride
    let needed = (4 * length + 3 * gaps + 3) / (3 * gaps + 4)
    let window = min(longest, (needed + 31) / 32 * 32)
    return ((0...gaps).map { (length - window) * $0 / gaps }, window)
  }

  /// What a window counts along one side: it rises from its ends over a quarter of its length.
  static func weights(_ window: Int) -> [Float] {
    (0..<window).map { min(1, (Float(min($0, window - 1 - $0)) + 0.5) * 4 / Float(window)) }
  }

  /// The sum of the windows' weights at each place along one side.
  ///
  /// A window counts less towards its edges, so that none shows in the result.
  static func coverage(_ length: Int, starts: [Int], window: Int) -> [Float] {
    let weights = weights(window)
    var sums = [Float](repeating: 0, count: length)
    for start in starts {
      for (index, weight) in weights.enumerated() { sums[start + index] += weight }
    }
    return sums
  }
}
