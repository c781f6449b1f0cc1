import Autograd
import Imaging

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

  /// The weighted mean `[height, width, classes]` over the windows of an image of what `scores` gives for
  /// each.
  ///
  /// A window counts less towards its edges, so that none shows in the result.
  func mean(of image: Image, _ scores: (Image) -> Tensor) -> Tensor {
    let origins = tops.flatMap { top in lefts.map { (top: top, left: $0) } }
    guard origins.count > 1 else { return scores(image) }
    let weight = Self.column(Self.weights(height)) * Self.row(Self.weights(width))
    func part(_ origin: (top: Int, left: Int)) -> Tensor {
      scores(image.cropped(x: origin.left, y: origin.top, width: width, height: height)) * weight
    }
    // The first window lies in the first corner.
    var sum = part(origins[0]).padded([(0, image.height - height), (0, image.width - width), (0, 0)])
    for origin in origins.dropFirst() { Self.add(part(origin), to: &sum, origin) }
    let rows = Self.coverage(image.height, starts: tops, window: height)
    let columns = Self.coverage(image.width, starts: lefts, window: width)
    return sum / (Self.column(rows) * Self.row(columns))
  }

  private static func add(_ part: Tensor, to sum: inout Tensor, _ origin: (top: Int, left: Int)) {
    let (line, stride) = (part.shape[1] * part.shape[2], sum.shape[1] * part.shape[2])
    let start = origin.top * stride + origin.left * part.shape[2]
    part.withSpan { values in
      sum.mutate { sums in
        for row in 0..<part.shape[0] {
          for index in 0..<line { sums[start + row * stride + index] += values[row * line + index] }
        }
      }
    }
  }

  /// What a window counts along one side: it rises from its ends over a quarter of its length.
  static func weights(_ window: Int) -> [Float] {
    (0..<window).map { min(1, (Float(min($0, window - 1 - $0)) + 0.5) * 4 / Float(window)) }
  }

  /// The sum of the windows' weights at each place along one side.
  private static func coverage(_ length: Int, starts: [Int], window: Int) -> [Float] {
    let weights = weights(window)
    var sums = [Float](repeating: 0, count: length)
    for start in starts {
      for (index, weight) in weights.enumerated() { sums[start + index] += weight }
    }
    return sums
  }

  private static func column(_ values: [Float]) -> Tensor { Tensor(values, shape: [values.count, 1, 1]) }

  private static func row(_ values: [Float]) -> Tensor { Tensor(values, shape: [1, values.count, 1]) }
}
