public import Autograd
public import Configuration
public import Imaging
public import Models

/// A way to make coarse class scores follow the edges of the photograph, or what the trained classifier sees
/// as alike.
public protocol Refiner: Component, BackboneDependent {
  /// The side in pixels to which photographs are resized for the classifier; `nil` for a refiner that looks
  /// at the photograph alone.
  var classifierSize: Int? { get }
  /// Whether the refiner reads the maps back out of the scores, which must then be their shares.
  var readsShares: Bool { get }
  /// The refiner with the number of the seeds' background where an option says `seeds`.
  func with(_ background: BackgroundChoice) -> Self
  /// What the refiner wants to know of a photograph from the classifier.
  ///
  /// - Parameters:
  ///   - images: the photograph as `[1, height, width, 3]`, normalised.
  ///   - classifier: the trained classifier.
  /// - Returns: `[rows, columns, values]`, one row of values for each position of the classifier's grid;
  ///   `nil` for a refiner without a `classifierSize`.
  func evidence(_ images: Tensor, of classifier: any Classifier) -> Tensor?
  /// The same refiner with a reach of `strength` times its own, above 0; 1 changes nothing.
  func atStrength(_ strength: Float) -> any Refiner
  /// The scores after refinement.
  ///
  /// - Parameters:
  ///   - scores: `[height, width, channels]` at the image's size; channel 0 is the background, the others are
  ///     the classes that the image is known to hold. Probabilities that add up to 1 per pixel, or values in
  ///     0 … 1.
  ///   - image: the photograph.
  ///   - evidence: what `evidence(_:of:)` gave for it.
  /// - Returns: `[height, width, channels]`, of which the largest channel per pixel is the label.
  func refine(_ scores: Tensor, image: Image, evidence: Tensor?) -> Tensor
}

extension Refiner {
  public var classifierSize: Int? { nil }

  public var readsShares: Bool { false }

  public func with(_ background: BackgroundChoice) -> Self { self }

  public func evidence(_ images: Tensor, of classifier: any Classifier) -> Tensor? { nil }

  /// The scores after refinement by the photograph alone.
  ///
  /// - Precondition: the refiner does not ask the classifier.
  public func refine(_ scores: Tensor, image: Image) -> Tensor {
    refine(scores, image: image, evidence: nil)
  }
}

extension [any Refiner] {
  /// The scores, `[height, width, channels]` with the background first, after each refiner in turn.
  ///
  /// - Precondition: no refiner asks the classifier.
  public func refine(_ scores: Tensor, image: Image) -> Tensor {
    reduce(scores) { $1.refine($0, image: image) }
  }

  /// Refuses refiners that ask the classifier where none is at hand; `key` is the option that holds the
  /// chain.
  ///
  /// - Throws: `ConfigurationError.invalid`.
  public func requireNoClassifier(_ key: String) throws(ConfigurationError) {
    for (index, refiner) in enumerated() where refiner.classifierSize != nil {
      throw .invalid(
        "\(key)[\(index)]",
        "is \(type(of: refiner).name), which asks the classifier; use refiners of the photograph here, "
          + "and this one in refine")
    }
  }
}

/// Checks what every refiner of photographs asks of its input.
func checkScores(_ scores: Tensor, _ image: Image, _ name: String) {
  precondition(
    scores.rank == 3 && scores.shape[0] == image.height && scores.shape[1] == image.width
      && scores.shape[2] > 0,
    "\(name): scores of shape \(scores.shape) do not fit an image of \(image.height) × \(image.width)")
}

/// The chain of refiners between class maps and pseudo-masks.
public struct RefinerChain: Sendable {
  /// The refiners, in order.
  public let refiners: [any Refiner]

  /// A chain of these refiners.
  public init(_ refiners: [any Refiner]) {
    self.refiners = refiners
  }

  /// The chain with the reach of every refiner `strength` times its own; without any where that is 0.
  public func atStrength(_ strength: Float) -> RefinerChain {
    strength == 1 ? self : RefinerChain(strength > 0 ? refiners.map { $0.atStrength(strength) } : [])
  }

  /// Whether a step looks into the trained classifier.
  public var asksClassifier: Bool { refiners.contains { $0.classifierSize != nil } }

  /// What the classifier tells each step about an image; `nil` for those that do not ask.
  public func evidence(of image: Image, _ classifier: any Classifier) -> [Tensor?] {
    refiners.map { refiner in
      guard let size = refiner.classifierSize else { return nil }
      let unit = classifier.inputMultiple
      let side = max(1, (size + unit / 2) / unit) * unit
      let input = image.resized(width: side, height: side, .bilinear).tensor(
        classifier.normalization)
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
