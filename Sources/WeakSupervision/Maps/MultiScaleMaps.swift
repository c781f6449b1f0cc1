public import Autograd
public import Imaging

/// Class maps of an image, gathered over scales and its mirror image.
public struct MultiScaleMaps: Sendable {
  /// The side in pixels to which the image is resized at scale 1; 0 keeps its own size.
  public var baseSize: Int
  /// The scales whose maps are added up.
  public var scales: [Float]
  /// Whether the mirror image is used as well.
  public var isFlipped: Bool
  /// How a map and its mirror image's are joined.
  public var merge: FlipMerge
  /// How the sum is brought to 0 … 1.
  public var normalization: MapNormalization

  /// Maps over these scales.
  public init(
    baseSize: Int, scales: [Float], isFlipped: Bool, merge: FlipMerge, normalization: MapNormalization
  ) {
    self.baseSize = baseSize
    self.scales = scales
    self.isFlipped = isFlipped
    self.merge = merge
    self.normalization = normalization
  }

  /// The normalised maps that an explainer makes of the classes that the image is known to hold, at the
  /// image's own size.
  public func callAsFunction(
    _ image: Image, classes: [Int], explainer: any Explainer,
    options: ExplanationOptions = ExplanationOptions(), of classifier: any Classifier, random: inout Philox
  ) -> ClassMaps {
    guard !classes.isEmpty else { return .none(height: image.height, width: image.width) }
    let plan = ExplanationPlan([explainer], options: options)
    let maps = gathered(
      image, inputMultiple: classifier.inputMultiple, classifier.normalization
    ) {
      plan.found($0, classes, classifier, &random)[0].maps
    }
    return ClassMaps(classes: classes, maps: maps)
  }

  /// The normalised maps `[height, width, channels]` at the image's own size of what `maps` gives,
  /// `[batch, rows, columns, channels]`, for images `[batch, height, width, 3]` whose sides are multiples of
  /// `inputMultiple`: the image at each scale and, if wanted, its mirror image as the second of the batch.
  public func gathered(
    _ image: Image, inputMultiple: Int, _ statistics: Normalization, _ maps: (Tensor) -> Tensor
  ) -> Tensor {
    let parts = scales.map { scale in
      let maps = maps(views(of: image, scale: scale, inputMultiple: inputMultiple, statistics))
        .resized(height: image.height, width: image.width, .bilinear)
      let direct = maps.slice(axis: 0, 0..<1)
      return isFlipped ? merge.merged(direct, maps.slice(axis: 0, 1..<2).flipped(axis: 2)) : direct.relu()
    }
    let sum = parts.dropFirst().reduce(parts[0]) { $0 + $1 }
    return normalization(sum.reshaped(to: [image.height, image.width, sum.shape[3]]))
  }

  /// The resized image, and its mirror image if wanted, as one batch.
  private func views(of image: Image, scale: Float, inputMultiple: Int, _ statistics: Normalization) -> Tensor
  {
    func side(_ own: Int) -> Int {
      let wanted = Float(baseSize > 0 ? baseSize : own) * scale
      return max(1, Int((wanted / Float(inputMultiple)).rounded())) * inputMultiple
    }
    let scaled = image.resized(width: side(image.width), height: side(image.height), .bilinear)
    let tensor = scaled.tensor(statistics).reshaped(to: [1, scaled.height, scaled.width, 3])
    return isFlipped ? Tensor.concatenated([tensor, tensor.flipped(axis: 2)], axis: 0) : tensor
  }
}

/// How the map of an image and the un-mirrored map of its mirror image become one.
public enum FlipMerge: String, Codable, Sendable, CaseIterable {
  /// The larger of the two at every position, then rectified (ToCo).
  case maximum
  /// The sum of the two rectified maps (IRN).
  case sum

  /// The rectified union of two maps of the same shape.
  public func merged(_ map: Tensor, _ mirrored: Tensor) -> Tensor {
    switch self {
    case .maximum: map.pointwiseMaximum(mirrored).relu()
    case .sum: map.relu() + mirrored.relu()
    }
  }
}

/// How a class's map is brought to 0 … 1, per image and class over space.
public enum MapNormalization: String, Codable, Sendable, CaseIterable {
  /// `(M − min) / (max − min + 1e-5)` (ToCo, AFA).
  case minmax
  /// `M / (max + 1e-5)` (IRN, PSA).
  case max
  /// `(M − min − 1e-5) / (max − min + 1e-5)`, with what is below `min + 1e-5` set to 0 (SEAM).
  case shifted

  /// The normalised maps of non-negative `[height, width, classes]`; a constant map becomes zeros or ones
  /// times its value, never NaN.
  public func callAsFunction(_ maps: Tensor) -> Tensor {
    let high = maps.maximum(axes: [0, 1], keepingAxes: true)
    let low = maps.minimum(axes: [0, 1], keepingAxes: true)
    switch self {
    case .minmax: return (maps - low) / (high - low + 1e-5)
    case .max: return maps / (high + 1e-5)
    case .shifted: return ((maps - low - 1e-5) / (high - low + 1e-5)).relu()
    }
  }
}
