public import Autograd
public import Imaging

/// The samples of one training step, each seen three times.
public struct ViewBatch: TrainingBatch {
  /// The step, from 0.
  public let step: Int
  public let ids: [String]
  /// The pictures that are trained on, normalised, `[batch, side, side, 3]`.
  public let images: Tensor
  /// The pictures whose outlines labels follow, where `images` shows the same.
  public let guides: [Image]
  /// 1 for each class that an image shows, else 0: `[batch, classes]` without the background.
  public let labels: Tensor
  /// The foreground classes of each image, in rising order.
  public let classes: [[Int]]
  /// The part of each picture that is not padding.
  public let boxes: [Box]
  /// A second view of each photograph, another part of it, `[batch, side, side, 3]`.
  public let secondViews: Tensor
  /// A view that small crops are cut from, `[batch, side, side, 3]`.
  public let localViews: Tensor

  /// Crops of `side` pixels of the local views, `[crops, side, side, 3]`, image by image.
  ///
  /// - Precondition: they lie inside the views.
  public func localCrops(_ corners: [[(top: Int, left: Int)]], side: Int) -> Tensor {
    let count = corners.reduce(0) { $0 + $1.count }
    let extent = localViews.shape[1]
    return Tensor(shape: [count, side, side, 3]) { out in
      localViews.withSpan { views in
        var next = 0
        for (index, corners) in corners.enumerated() {
          for (top, left) in corners {
            for row in top..<top + side {
              let first = ((index * extent + row) * extent + left) * 3
              for at in first..<first + 3 * side {
                out[next] = views[at]
                next += 1
              }
            }
          }
        }
      }
    }
  }
}
