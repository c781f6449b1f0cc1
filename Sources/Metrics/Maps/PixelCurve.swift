public import Autograd
import Foundation

/// How a score changes while the pixels of an image are deleted or inserted, from the highest of a map to the
/// lowest (Petsiuk et al., "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC 2018).
public struct PixelCurve: Sendable, Equatable {
  /// The share of pixels that are changed at each point, from 0 to 1.
  public let shares: [Double]
  /// The score at each point.
  public let scores: [Double]

  /// A curve through points.
  ///
  /// - Precondition: there are two points at least, and their shares rise.
  public init(shares: [Double], scores: [Double]) {
    precondition(
      shares.count == scores.count && shares.count > 1 && zip(shares, shares.dropFirst()).allSatisfy(<),
      "pixel curve: the shares \(shares) of \(scores.count) scores do not rise")
    self.shares = shares
    self.scores = scores
  }

  /// The area under the curve by the trapezoidal rule: low is good for deletion, high for insertion.
  public var area: Double {
    shares.indices.dropFirst().reduce(0) { sum, index in
      sum + (shares[index] - shares[index - 1]) * (scores[index] + scores[index - 1]) / 2
    }
  }

  /// The curve of an image `[height, width, 3]` whose pixels are replaced by those of `substrate`, zeros by
  /// default, which is the mean colour of a normalised image.
  ///
  /// Of equal values the pixel that comes first row by row is replaced first. `nil` of a map that is constant
  /// or not finite, or where a score is not finite.
  ///
  /// - Precondition: there is a step, and the substrate has the image's shape.
  public static func deletion(
    of image: Tensor, by map: Tensor, substrate: Tensor? = nil, steps: Int = 20, batch: Int = 16,
    _ scores: ImageScores
  ) -> PixelCurve? {
    curve(
      from: image, to: substrate ?? .zeros(image.shape), by: map, steps: steps, batch: batch, scores)
  }

  /// The curve of `substrate`, the blurred image by default, into which the pixels of an image
  /// `[height, width, 3]` are inserted.
  ///
  /// Order and `nil` are those of `deletion`.
  ///
  /// - Precondition: there is a step, and the substrate has the image's shape.
  public static func insertion(
    of image: Tensor, by map: Tensor, substrate: Tensor? = nil, steps: Int = 20, batch: Int = 16,
    _ scores: ImageScores
  ) -> PixelCurve? {
    curve(from: substrate ?? blurred(image), to: image, by: map, steps: steps, batch: batch, scores)
  }

  private static func curve(
    from start: Tensor, to end: Tensor, by map: Tensor, steps: Int, batch: Int, _ imageScores: ImageScores
  ) -> PixelCurve? {
    precondition(steps > 0 && batch > 0, "pixel curve: \(steps) steps in batches of \(batch)")
    precondition(
      start.shape == end.shape, "pixel curve: the substrate is \(start.shape), the image \(end.shape)")
    let (height, width) = (start.shape[0], start.shape[1])
    guard map.isFinite else { return nil }
    let full = map.onGrid(height: height, width: width)
    guard full.unitRange() != nil else { return nil }
    let (order, pixels) = (full.descendingOrder(), height * width)
    let steps = min(steps, pixels)
    let counts = (0...steps).map { $0 * pixels / steps }
    var values = start.scalars
    let target = end.scalars
    var done = 0
    let scores = batchedScores(of: counts.count, batch: batch, imageScores) { index in
      for pixel in order[done..<counts[index]] {
        for channel in 3 * pixel..<3 * pixel + 3 { values[channel] = target[channel] }
      }
      done = counts[index]
      return Tensor(values, shape: start.shape)
    }
    guard scores.allSatisfy(\.isFinite) else { return nil }
    return PixelCurve(
      shares: counts.map { Double($0) / Double(pixels) }, scores: scores.map(Double.init))
  }

  /// An image `[height, width, 3]` out of focus: a Gaussian of deviation 5 over 11 pixels, with the border
  /// repeated outwards.
  static func blurred(_ image: Tensor, length: Int = 11, deviation: Double = 5) -> Tensor {
    let reach = length / 2
    let raw = (-reach...reach).map { offset in
      exp(-Double(offset * offset) / (2 * deviation * deviation))
    }
    let weights = raw.map { Float($0 / raw.reduce(0, +)) }
    var values = image.scalars
    let (height, width) = (image.shape[0], image.shape[1])
    for (stride, count, lines) in [(3, width, height), (3 * width, height, width)] {
      let source = values
      for line in 0..<lines {
        let start = stride == 3 ? line * 3 * width : line * 3
        for position in 0..<count {
          for channel in 0..<3 {
            var sum: Float = 0
            for (tap, weight) in weights.enumerated() {
              let place = min(max(position + tap - reach, 0), count - 1)
              sum += weight * source[start + place * stride + channel]
            }
            values[start + position * stride + channel] = sum
          }
        }
      }
    }
    return Tensor(values, shape: image.shape)
  }
}
