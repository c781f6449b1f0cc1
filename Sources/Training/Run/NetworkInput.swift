public import Autograd
public import Imaging

extension Image {
  /// The image resized to a square of `side` pixels; itself for 0.
  public func squared(_ side: Int) -> Image {
    side > 0 ? resized(width: side, height: side, .bilinear) : self
  }

  /// The normalised image as a batch of one, `[1, height, width, 3]`, padded at the bottom and at the right
  /// with the mean colour until both sides divide by `multiple`.
  public func networkInput(multipleOf multiple: Int, _ normalization: Normalization) -> Tensor {
    let bottom = (multiple - height % multiple) % multiple
    let right = (multiple - width % multiple) % multiple
    let padded = tensor(normalization).padded([(0, bottom), (0, right), (0, 0)])
    return padded.reshaped(to: [1, height + bottom, width + right, 3])
  }

  /// The normalised image as a batch of one, resized to the legal size nearest to a square of `side` pixels,
  /// or of its own size for 0.
  public func networkInput(side: Int, multipleOf multiple: Int, _ normalization: Normalization) -> Tensor {
    func legal(_ own: Int) -> Int { max(1, ((side > 0 ? side : own) + multiple / 2) / multiple) * multiple }
    return resized(width: legal(width), height: legal(height), .bilinear)
      .networkInput(multipleOf: multiple, normalization)
  }
}

extension LabelMap {
  /// The most probable class of every pixel of `[height, width, classes]`.
  public init(probabilities: Tensor) {
    let shape = probabilities.shape
    let ids = probabilities.argmax(axis: 2).withSpan { indices in
      indices.indices.map { UInt8(indices[$0]) }
    }
    self.init(width: shape[1], height: shape[0], ids: ids)
  }
}
