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

  /// The mean `[height, width, classes]` over the windows of an image of what `scores` gives for each.
  func mean(of image: Image, _ scores: (Image) -> Tensor) -> Tensor {
    let origins = tops.flatMap { top in lefts.map { (top: top, left: $0) } }
    func scoresOfWindow(_ index: Int) -> Tensor {
      let (top, left) = origins[index]
      return scores(image.cropped(x: left, y: top, width: width, height: height))
    }
    guard origins.count > 1 else { return scores(image) }
    var sum = scoresOfWindow(0).padded([(0, image.height - height), (0, image.width - width), (0, 0)])
    for index in origins.indices.dropFirst() {
      add(scoresOfWindow(index), to: &sum, origins[index])
    }
    return sum / coverage(of: image)
  }

  private func add(_ part: Tensor, to sum: inout Tensor, _ origin: (top: Int, left: Int)) {
    let (line, stride) = (width * part.shape[2], sum.shape[1] * part.shape[2])
    let start = origin.top * stride + origin.left * part.shape[2]
    part.withSpan { values in
      sum.mutate { sums in
        for row in 0..<height {
          for index in 0..<line { sums[start + row * stride + index] += values[row * line + index] }
        }
      }
    }
  }

  /// How many windows hold each pixel, `[height, width, 1]`.
  private func coverage(of image: Image) -> Tensor {
    let rows = Self.coverage(image.height, starts: tops, window: height)
    let columns = Self.coverage(image.width, starts: lefts, window: width)
    return Tensor(rows, shape: [rows.count, 1, 1]) * Tensor(columns, shape: [1, columns.count, 1])
  }

  private static func coverage(_ length: Int, starts: [Int], window: Int) -> [Float] {
    var counts = [Float](repeating: 0, count: length)
    for start in starts {
      for place in start..<start + window { counts[place] += 1 }
    }
    return counts
  }
}
