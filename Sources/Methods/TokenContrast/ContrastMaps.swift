import Autograd
import Models
import NeuralNetwork
import Training
import WeakSupervision

/// The normalised maps `[side, side, classes]` of one image's classes, from both classifiers.
struct ContrastMaps: Sendable {
  /// The maps of the last block.
  let final: Tensor
  /// The maps of the intermediate block.
  let auxiliary: Tensor
}

extension ContrastNetwork {
  /// Class scores of both classifiers at every cell, and of the mirror images at the mirrored cells.
  private struct Scores: Sendable {
    let direct: Tensor
    let mirrored: Tensor?

    /// The rectified scores of an image in some channels, at `side` × `side`.
    func merged(_ index: Int, channels: [Int], side: Int) -> Tensor {
      func map(_ scores: Tensor) -> Tensor {
        scores.slice(axis: 0, index..<index + 1).gathered(channels, axis: 3)
          .resized(height: side, width: side, .bilinear)
      }
      guard let mirrored else { return map(direct).relu() }
      return FlipMerge.maximum.merged(map(direct), map(mirrored))
    }
  }

  /// The maps of a batch `[batch, side, side, 3]`, summed over scales and joined with those of the mirror
  /// images; nothing is recorded for gradients.
  ///
  /// `known` are the features of the batch itself, which are not computed again.
  func maps(
    _ images: Tensor, classes: [[Int]], known: FeatureMaps, scales: [Float], flip: Bool
  ) -> [ContrastMaps] {
    let (batch, side) = (images.shape[0], images.shape[1])
    let own = scores(known)
    let all = scales.map { scale in
      let cells = max(1, Int((Float(side) * scale / Float(backbone.inputMultiple)).rounded()))
      return scores(images, side: cells * backbone.inputMultiple, own: own, flip: flip)
    }
    let classCount = own.shape[3] / 2
    return Parallel.map(batch) { index in
      let present = classes[index]
      let channels = present + present.map { $0 + classCount }
      guard !channels.isEmpty else {
        return ContrastMaps(final: .zeros([side, side, 0]), auxiliary: .zeros([side, side, 0]))
      }
      let parts = all.map { $0.merged(index, channels: channels, side: side) }
      let sum = parts.dropFirst().reduce(parts[0]) { $0 + $1 }
      let maps = MapNormalization.minmax(sum.reshaped(to: [side, side, channels.count]))
      return ContrastMaps(
        final: maps.slice(axis: 2, 0..<present.count),
        auxiliary: maps.slice(axis: 2, present.count..<channels.count))
    }
  }

  private func scores(_ images: Tensor, side: Int, own: Tensor, flip: Bool) -> Scores {
    let batch = images.shape[0]
    let isOwnSize = side == images.shape[1]
    if isOwnSize, !flip { return Scores(direct: own, mirrored: nil) }
    let resized = isOwnSize ? images : images.resized(height: side, width: side, .bilinear)
    let mirrored = flip ? [resized.flipped(axis: 2)] : []
    let views = Tensor.concatenated((isOwnSize ? [] : [resized]) + mirrored, axis: 0)
    let scores = scores(backbone(views, .inference))
    let direct = isOwnSize ? own : scores.slice(axis: 0, 0..<batch)
    guard flip else { return Scores(direct: direct, mirrored: nil) }
    let last = scores.shape[0]
    return Scores(
      direct: direct, mirrored: scores.slice(axis: 0, last - batch..<last).flipped(axis: 2))
  }

  /// The scores of each cell, those of the last map first, `[batch, rows, columns, 2 · classes]`.
  func scores(_ features: FeatureMaps) -> Tensor {
    .concatenated(
      [
        classifier.classMaps(features.last.detached(), .inference),
        auxiliary.classMaps(features[auxiliaryStage].detached(), .inference),
      ], axis: 3)
  }
}
