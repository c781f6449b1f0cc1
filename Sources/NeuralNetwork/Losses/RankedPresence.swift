public import Autograd

/// How badly the maps of the classes that an image holds are filled, and those of the others empty: a scalar.
///
/// With G the rank-weighted mean of a class's shares over an image (`Tensor.globalRankPool`), T the classes
/// among its labels, and p the shares,
///
///     −mean over T of log G_c − mean over the others of log(1 − max p_c) − log G_background
///
/// averaged over the images: the expansion loss of Kolesnikov and Lampert, "Seed, expand and constrain", ECCV
/// 2016, equation 4. Background (class 0) counts for every image. 1e-5 is added under each logarithm.
///
/// `logits` are `[batch, height, width, classes]`; `present` are the classes from 1 up of each image. The
/// decays are 0 … 1 and stand for maps of about 40 × 40 places.
public func rankedPresence(
  logits: Tensor, present: [[Int]], decay: Float = 0.996, backgroundDecay: Float = 0.999
) -> Tensor {
  let (batch, classes) = (logits.shape[0], logits.shape[3])
  precondition(
    present.count == batch && present.joined().allSatisfy { 0 < $0 && $0 < classes },
    "rankedPresence: classes of \(present.count) images for logits \(logits.shape)")
  let margin: Float = 1e-5
  let shares = logits.softmax()
  let decays = [backgroundDecay] + [Float](repeating: decay, count: classes - 1)
  let filled = (shares.globalRankPool(decays: decays) + margin).log()
  let empty = (1 + margin - shares.globalMaxPool()).log()
  let own = weights(present, classes, own: true)
  let others = weights(present, classes, own: false)
  return -(filled * own + empty * others).sum() / Float(max(batch, 1))
}

/// What each class's term weighs: `[batch, classes]`, the terms of held classes or those of the others.
private func weights(_ present: [[Int]], _ classes: Int, own: Bool) -> Tensor {
  Tensor(
    present.flatMap { held -> [Float] in
      let held = Set(held)
      let count = own ? held.count : classes - 1 - held.count
      return (0..<classes).map { id in
        if id == 0 { return own ? 1 : 0 }
        return held.contains(id) == own ? 1 / Float(count) : 0
      }
    }, shape: [present.count, classes])
}
