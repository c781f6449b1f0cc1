/// A part of token contrast's loss.
enum ContrastPart: String, CaseIterable {
  case classification, auxiliary, patchTokens, classTokens, segmentation, energy
}

/// Which parts of the loss one step computes, and with which factors they count.
struct ContrastPlan {
  private let method: TokenContrast
  private let step: Int

  /// The plan of a step, counted from 0.
  init(_ method: TokenContrast, step: Int) {
    self.method = method
    self.step = step
  }

  /// The factor of a part, or `nil` if it is not computed.
  ///
  /// The original code computes a part before its time and multiplies it by 0, so that a part which is not a
  /// number spoils the step all the same.
  func factor(of part: ContrastPart) -> Float? {
    let loss = method.loss
    let (factor, first): (Float, Int) =
      switch part {
      case .classification: (1, 0)
      case .auxiliary: (loss.auxiliary, 0)
      case .patchTokens: (loss.patchTokens, loss.contrastFrom)
      case .classTokens: (loss.classTokens, loss.contrastFrom)
      case .segmentation: (loss.segmentation, loss.segmentationFrom)
      case .energy: (loss.energy, loss.segmentationFrom)
      }
    guard factor > 0 else { return nil }
    if step >= first { return factor }
    return method.compatibility == .original ? 0 : nil
  }

  /// Whether a part of this step reads class maps.
  var needsMaps: Bool {
    [.patchTokens, .classTokens, .segmentation, .energy].contains { factor(of: $0) != nil }
  }

  /// Whether the decoder's labels come from the last block's maps rather than the auxiliary classifier's.
  var usesFinalMaps: Bool { step >= method.loss.finalLabelsFrom }
}
