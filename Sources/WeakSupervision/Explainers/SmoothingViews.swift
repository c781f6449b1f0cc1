import Autograd

/// Changed copies of images whose maps are averaged: brighter, darker and mirrored ones.
struct SmoothingViews {
  let factors: [Float]
  let isMirrored: Bool

  /// The number of copies of each image.
  var count: Int { factors.count * (isMirrored ? 2 : 1) }

  /// All copies of images `[batch, height, width, 3]` as one batch, a whole batch after the other.
  func copies(of images: Tensor) -> Tensor {
    guard count > 1 || factors != [1] else { return images }
    let bright = factors.map { $0 == 1 ? images : images * $0 }
    let all = bright + (isMirrored ? bright.map { $0.flipped(axis: 2) } : [])
    return .concatenated(all, axis: 0)
  }

  /// The mean over copies of what was made of them, `[batch, rows, columns, classes]`.
  func mean(_ maps: Tensor) -> Tensor {
    guard count > 1 else { return maps }
    let batch = maps.shape[0] / count
    let parts = (0..<count).map { copy in
      let part = maps.slice(axis: 0, copy * batch..<(copy + 1) * batch)
      return copy < factors.count ? part : part.flipped(axis: 2)
    }
    return parts.dropFirst().reduce(parts[0], +) / Float(count)
  }
}
