public import Configuration

/// The small crops of an image whose class tokens are contrasted with the whole image's.
public struct CropSection: Section, Validatable {
  /// The number of crops of an image.
  public var count = 8
  /// The side of a crop in pixels.
  public var side = 96
  /// A crop whose mean certainty (0 background, 1 undecided, 2 object) is at most this is pushed away.
  public var uncertainty: Float = 0.2

  public static let documentation = [
    "count": "crops of an image",
    "side": "side of a crop in pixels",
    "uncertainty": "mean certainty (0 background, 1 undecided, 2 object) up to which a crop is pushed away",
  ]

  public init() {}

  public func validate() throws(ConfigurationError) {
    for (key, value) in [("count", count), ("side", side)] where value < 1 {
      throw .invalid(key, "is \(value); use 1 or more")
    }
    guard (0...2).contains(uncertainty) else {
      throw .invalid("uncertainty", "is \(uncertainty); use a number from 0 to 2")
    }
  }
}
