import Autograd
public import Imaging

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
  /// The values between which the evidence disagrees; `nil` where nothing says so.
  public var band: ClosedRange<Float>?
  /// The values of classes that have one of their own, by their index.
  public var classes: [Int: Float] = [:]
  /// The values of images that have one of their own, by their identifier.
  public var images: [String: Float] = [:]

  /// A choice; refinement begins with the same value unless another one is given.
  public init(_ threshold: Float, refinement: Float? = nil, curve: [Point] = [], criterion: String = "") {
    self.threshold = threshold
    self.refinement = refinement ?? threshold
    self.curve = curve
    self.criterion = criterion
  }
}

extension BackgroundChoice {
  /// What a value is taken for at least where maps are divided by it.
  private static let least: Float = 0.01

  /// The maps of an image, those scaled that have a value of their own, so that it stands at `threshold`.
  public func applied(to maps: ClassMaps, of image: String) -> ClassMaps {
    let own = maps.classes.map { images[image] ?? classes[$0] ?? threshold }
    guard own.contains(where: { $0 != threshold }) else { return maps }
    let factors = own.map { max(threshold, Self.least) / max($0, Self.least) }
    return ClassMaps(
      classes: maps.classes, maps: maps.maps * Tensor(factors, shape: [1, 1, factors.count]))
  }

  /// The labels with 255 where the strongest of the maps lies in the band, its upper end included.
  ///
  /// - Precondition: labels and maps have one size.
  public func opened(_ labels: LabelMap, _ maps: ClassMaps) -> LabelMap {
    let strongest = maps.strongest.scalars
    precondition(
      strongest.count == labels.ids.count,
      "background: \(labels.ids.count) labels for maps of shape \(maps.maps.shape)")
    guard let band else { return labels }
    return LabelMap(
      width: labels.width, height: labels.height,
      ids: zip(labels.ids, strongest).map { label, value in
        value > band.lowerBound && value <= band.upperBound ? 255 : label
      })
  }

  /// The band from the lowest to the highest of its own, this one's value, and those of other choices.
  public func band(with others: [BackgroundChoice]) -> ClosedRange<Float> {
    let values = ([self] + others).flatMap { choice in
      [choice.threshold] + (choice.band.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    return values.reduce(threshold, min)...values.reduce(threshold, max)
  }
}

/// What can stand in place of a number for the background.
public enum BackgroundWord: String, Sendable, CaseIterable {
  /// The value that `seeds.background` has chosen.
  case seeds
}
