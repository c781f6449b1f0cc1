public import Autograd
public import Imaging

/// The chain of refiners between class maps and pseudo-masks.
public struct RefinerChain: Sendable {
  /// The refiners, in order.
  public let refiners: [any Refiner]

  /// A chain of these refiners.
  public init(_ refiners: [any Refiner]) {
    self.refiners = refiners
  }

  /// Whether a step looks into the trained classifier.
  public var asksClassifier: Bool { refiners.contains { $0.classifierSize != nil } }

  /// What the classifier tells each step about an image; `nil` for those that do not ask.
  public func evidence(of image: Image, _ classifier: any Classifier) -> [Tensor?] {
    refiners.map { refiner in
      guard let size = refiner.classifierSize else { return nil }
      let unit = classifier.inputMultiple
      let side = max(1, (size + unit / 2) / unit) * unit
      let input = image.resized(width: side, height: side, .bilinear).tensor()
      return refiner.evidence(input.reshaped(to: [1, side, side, 3]), of: classifier)
    }
  }

  /// Class probabilities `[height, width, channels]`, which add up to 1 per pixel, after every step in turn.
  ///
  /// - Precondition: `evidence` is what `evidence(of:_:)` gave, or empty if no step asks the classifier.
  public func callAsFunction(_ scores: Tensor, image: Image, evidence: [Tensor?] = []) -> Tensor {
    refiners.enumerated().reduce(scores) { scores, step in
      let known = evidence.isEmpty ? nil : evidence[step.offset]
      let refined = step.element.refine(scores, image: image, evidence: known)
      // PAR's weights add up to a little more than 1.
      return step.element.classifierSize == nil ? refined.normalizedPixels : refined
    }
  }
}

extension Tensor {
  /// The same parts of a whole of 1 per pixel.
  fileprivate var normalizedPixels: Tensor {
    self / sum(axes: [2], keepingAxes: true).clamped(to: 1e-12...(.infinity))
  }
}
