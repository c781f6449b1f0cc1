public import Autograd

/// How far an attribution is from adding up to what it explains: |Σ L − (f(x) − f(x′))| / |f(x) − f(x′)|
/// (Sundararajan et al., "Axiomatic Attribution for Deep Networks", ICML 2017).
///
/// `baseline` is the score f(x′) of the image that the attribution starts from. `nil` where the scores are
/// equal, since then nothing is to be added up, or something is not finite.
public func completenessError(of attribution: Tensor, score: Double, baseline: Double) -> Double? {
  let change = score - baseline
  guard attribution.isFinite, change.isFinite, change != 0 else { return nil }
  let sum = attribution.scalars.reduce(0.0) { $0 + Double($1) }
  return abs(sum - change) / abs(change)
}
