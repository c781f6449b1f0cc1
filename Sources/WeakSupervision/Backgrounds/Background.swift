public import Configuration

/// A way to choose the value of class maps below which a pixel is background, from images and labels alone.
public protocol BackgroundRule: Component {
  /// For what a value is chosen.
  var per: BackgroundScope { get }
  /// Whether choices have a band of their own.
  static var givesBand: Bool { get }
  /// The values for the images whose maps `sample` holds.
  ///
  /// - Throws: `BackgroundError` where the images do not hold what the rule looks for, and what reading the
  ///   sample throws.
  func choice(_ sample: MapSample) throws -> BackgroundChoice
}

extension BackgroundRule {
  public var per: BackgroundScope { .dataSet }

  public static var givesBand: Bool { false }
}

/// For what a rule chooses a value.
public enum BackgroundScope: String, Codable, Sendable, CaseIterable {
  /// One for all images.
  case dataSet = "data-set"
  /// One for the maps of each class, beside that for all.
  case `class`
  /// One for each image, beside that for all.
  case image
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
