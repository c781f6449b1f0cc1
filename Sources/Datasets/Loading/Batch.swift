public import Autograd

/// The samples of one training step.
public struct Batch: TrainingBatch {
  /// The step, from 0.
  public let step: Int
  public let ids: [String]
  /// The normalised pictures, `[batch, height, width, 3]`.
  public let images: Tensor
  /// 1 for each class that an image shows, else 0: `[batch, classes]` without the background.
  public let labels: Tensor
  /// The class id of each pixel, 255 where it is not to be counted, `[batch, height, width]`; `nil` if no
  /// masks were asked for.
  public let masks: Tensor?
  /// How each sample was placed in its window.
  public let geometries: [Geometry]

  /// The part of each picture that is not padding.
  public var boxes: [Box] { geometries.map(\.box) }

  /// 1 for each pixel that shows the picture and 0 for padding, `[batch, height, width]`.
  public var validity: Tensor {
    let (height, width) = (images.shape[1], images.shape[2])
    var values = [Float](repeating: 0, count: ids.count * height * width)
    for (sample, box) in boxes.enumerated() {
      for y in box.top..<box.bottom {
        let row = (sample * height + y) * width
        for x in box.left..<box.right { values[row + x] = 1 }
      }
    }
    return Tensor(values, shape: [ids.count, height, width])
  }
}
