public import Configuration

/// The values that a rule has chosen, and what it chose by.
public struct BackgroundChoice: Sendable, Codable, Equatable {
  /// One point of the criterion's curve.
  public struct Point: Sendable, Codable, Equatable {
    /// A value of class maps, 0 to 1.
    public let threshold: Float
    /// The criterion there.
    public let value: Double

    /// A point.
    public init(_ threshold: Float, _ value: Double) {
      self.threshold = threshold
      self.value = value
    }
  }

  /// The value of class maps below which a pixel is background in seeds, 0 to 1.
  public var threshold: Float
  /// The value of class maps below which a pixel is background where refinement begins, 0 to 1.
  public var refinement: Float
  /// The criterion over thresholds; empty where there is none.
  public var curve: [Point] = []
  /// What the criterion is, in a few words; empty where there is none.
  public var criterion = ""

  /// A choice; refinement begins with the same value unless another one is given.
  public init(_ threshold: Float, refinement: Float? = nil, curve: [Point] = [], criterion: String = "") {
    self.threshold = threshold
    self.refinement = refinement ?? threshold
    self.curve = curve
    self.criterion = criterion
  }
}

/// A way to choose the value of class maps below which a pixel is background, from images and labels alone.
public protocol BackgroundRule: Component {
  /// The values for the images whose maps `sample` holds.
  ///
  /// - Throws: `BackgroundError` where the images do not hold what the rule looks for, and what reading the
  ///   sample throws.
  func choice(_ sample: MapSample) throws -> BackgroundChoice
}

/// What can keep a rule from choosing a threshold.
public enum BackgroundError: Error, Equatable, CustomStringConvertible {
  /// No image lacks a class whose scale another image tells.
  case nothingLacking(images: Int)
  /// The classifier sees no class in the images.
  case nothingSeen(images: Int)
  /// The classifier's score does not depend on what maps show.
  case noEvidence(images: Int)

  public var description: String {
    switch self {
    case .nothingLacking(let images):
      "seeds.background: lacking finds no class that some of \(images) images show and others lack; "
        + "look at more images, or use another rule"
    case .nothingSeen(let images):
      "seeds.background: evidence finds no class that the classifier sees in \(images) images; "
        + "train longer, or use another rule"
    case .noEvidence(let images):
      "seeds.background: evidence finds no region that keeps the score or takes it away in \(images) images; "
        + "change kept or removed, or use another rule"
    }
  }
}
