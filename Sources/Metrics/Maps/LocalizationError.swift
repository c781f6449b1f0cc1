public import Autograd

/// The localisation error of ILSVRC: how often none of the best predictions names the class of an image and
/// boxes it (Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge", IJCV 2015).
///
/// A prediction is right if its class is the true one and its box overlaps one of the true boxes by at least
/// one half. An image that has no box is skipped.
public struct LocalizationError: Sendable, Equatable {
  /// A class with the box around the evidence for it; no box where the map shows nothing.
  public struct Prediction: Sendable, Equatable {
    /// The class.
    public var label: Int
    /// The box, in pixels of the image.
    public var box: Box?

    /// A class with its box.
    public init(label: Int, box: Box?) {
      self.label = label
      self.box = box
    }
  }

  /// The share of images whose best prediction is wrong, 0 to 1.
  public private(set) var top1 = ScoreMean()
  /// The share of images whose five best predictions are wrong.
  public private(set) var top5 = ScoreMean()
  /// The share of images whose true class is not the best prediction, wherever its box is.
  public private(set) var classification = ScoreMean()
  /// The share of images where the box of the true class is wrong, predicted or not.
  public private(set) var knownClass = ScoreMean()

  /// The error of no image.
  public init() {}

  /// Counts an image by its predictions from the best on; `known` is the box of its true class `label`.
  public mutating func add(_ predictions: [Prediction], known: Box?, label: Int, boxes: [Box]) {
    guard !boxes.isEmpty else {
      top1.add(nil)
      top5.add(nil)
      classification.add(nil)
      knownClass.add(nil)
      return
    }
    func isOver(_ box: Box?) -> Bool {
      guard let box else { return false }
      return boxes.contains { $0.overlap(with: box) >= 0.5 }
    }
    func isRight(_ prediction: Prediction) -> Bool { prediction.label == label && isOver(prediction.box) }
    top1.add(predictions.prefix(1).contains(where: isRight) ? 0 : 1)
    top5.add(predictions.prefix(5).contains(where: isRight) ? 0 : 1)
    classification.add(predictions.first?.label == label ? 0 : 1)
    knownClass.add(isOver(known) ? 0 : 1)
  }

  /// The box around the largest segment of the pixels of a map `[height, width]` that reach `fraction` of its
  /// maximum; `nil` of a map that is nowhere above 0 or not finite.
  ///
  /// - Precondition: `fraction` is above 0 and at most 1; 0.15 is that of Grad-CAM, 0.2 that of CAM.
  public static func box(of map: Tensor, fraction: Float = 0.15) -> Box? {
    precondition(fraction > 0 && fraction <= 1, "localisation: the fraction \(fraction) is outside 0…1")
    let values = map.scalars
    guard map.isFinite, let high = values.max(), high > 0 else { return nil }
    let mask = values.map { $0 >= fraction * high }
    return Segment.largest(of: mask, width: map.shape[1], by: .pixelCount)?.box
  }
}
