public import Autograd

/// Remove and debias: how a score changes when the most or the least relevant pixels of an image are replaced
/// by what their surroundings tell of them (Rong et al., "A Consistent and Efficient Evaluation Strategy for
/// Attribution Methods", ICML 2022).
///
/// Pixels are removed by rank, so that maps which are mostly 0 lose as many as others; of equal values the
/// first by rows goes first. Changes are means over 10, 20 … 90 percent of the pixels.
public struct ROAD: Sendable, Equatable {
  /// The change of the score with the most relevant pixels removed: low is good.
  public let mostRelevantFirst: Double
  /// The change of the score with the least relevant pixels removed: high is good.
  public let leastRelevantFirst: Double
  /// Half their difference: high is good.
  public var combined: Double { (leastRelevantFirst - mostRelevantFirst) / 2 }

  /// The change of the scores of an image `[height, width, 3]` by a map of any grid.
  ///
  /// `noise` is the standard deviation of what is added to every replaced value. `nil` of a map that is
  /// constant or not finite, of an image of less than ten pixels, or where a score is not finite.
  public init?(
    of image: Tensor, by map: Tensor, noise: Float = 0.01, batch: Int = 16, random: inout Philox,
    _ imageScores: ImageScores
  ) {
    let (height, width) = (image.shape[0], image.shape[1])
    guard map.isFinite, height * width >= 10 else { return nil }
    let full = map.onGrid(height: height, width: width)
    guard full.unitRange() != nil else { return nil }
    let falling = full.descendingOrder()
    let rising = (full * -1).descendingOrder()
    let imputation = NoisyLinearImputation(width: width, height: height)
    let counts = (1...9).map { (height * width * $0 + 5) / 10 }
    let cases = counts.map { (falling, $0) } + counts.map { (rising, $0) }
    let scores = batchedScores(of: cases.count + 1, batch: batch, imageScores) { index in
      guard index > 0 else { return image }
      let (order, count) = cases[index - 1]
      return Self.without(order[..<count], image, imputation, noise, &random)
    }
    guard scores.allSatisfy(\.isFinite) else { return nil }
    func change(_ range: Range<Int>) -> Double {
      scores[range].reduce(0.0) { $0 + Double($1) - Double(scores[0]) } / Double(range.count)
    }
    mostRelevantFirst = change(1..<10)
    leastRelevantFirst = change(10..<19)
  }

  private static func without(
    _ pixels: ArraySlice<Int>, _ image: Tensor, _ imputation: NoisyLinearImputation, _ noise: Float,
    _ random: inout Philox
  ) -> Tensor {
    var isRemoved = [Bool](repeating: false, count: image.shape[0] * image.shape[1])
    for pixel in pixels { isRemoved[pixel] = true }
    var filled = imputation.filled(image, isRemoved)
    guard noise > 0 else { return filled }
    let additions = isRemoved.flatMap { isRemoved in
      (0..<3).map { _ in isRemoved ? noise * random.normal() : 0 }
    }
    filled.mutate { values in
      for index in values.indices { values[index] += additions[index] }
    }
    return filled
  }
}
