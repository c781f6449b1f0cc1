public import Autograd

/// What a training step is made from.
public protocol TrainingBatch: Sendable {
  /// The name of each sample.
  var ids: [String] { get }
}

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
}
