public import Autograd

/// How well a map predicts what noise does to a score: the mean over draws of (Iᵀ L − (f(x) − f(x − I)))²
/// (Yeh et al., "On the (In)fidelity and Sensitivity of Explanations", NeurIPS 2019).
///
/// I is noise of the standard deviation `deviation` on every value of an image `[height, width, 3]`; the map,
/// of any grid, counts alike for its three channels. With `isScaled`, the map may be multiplied by the factor
/// that fits best, since those of most methods have no unit. `nil` of a map that is not finite, or where a
/// score is not.
///
/// - Precondition: there is a draw.
public func infidelity(
  of image: Tensor, by map: Tensor, deviation: Float = 0.1, draws: Int = 10, isScaled: Bool = true,
  batch: Int = 16, random: inout Philox, _ imageScores: ImageScores
) -> Double? {
  precondition(draws > 0, "infidelity: there is no draw")
  guard map.isFinite else { return nil }
  let values = image.scalars
  let weights = map.onGrid(height: image.shape[0], width: image.shape[1]).scalars
  var predicted: [Double] = []
  let scores = batchedScores(of: draws + 1, batch: batch, imageScores) { index in
    guard index > 0 else { return image }
    let noise = values.map { _ in deviation * random.normal() }
    predicted.append(
      noise.indices.reduce(0.0) { $0 + Double(noise[$1]) * Double(weights[$1 / 3]) })
    return Tensor(zip(values, noise).map(-), shape: image.shape)
  }
  guard scores.allSatisfy(\.isFinite) else { return nil }
  let changes = scores.dropFirst().map { Double(scores[0]) - Double($0) }
  let power = predicted.reduce(0) { $0 + $1 * $1 }
  let factor =
    isScaled && power > 0 ? zip(predicted, changes).reduce(0) { $0 + $1.0 * $1.1 } / power : 1
  return zip(predicted, changes).reduce(0) { sum, pair in
    let error = factor * pair.0 - pair.1
    return sum + error * error
  } / Double(draws)
}
