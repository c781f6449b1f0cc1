public import Configuration

/// One number for all images.
public struct FixedBackground: BackgroundRule {
  public static let name = "fixed"

  /// The default was chosen without masks.
  @Setting(
    "value below which a pixel is background in seed labels and where refinement begins, 0 to 1", 0...1)
  public var threshold: Float = 0.4

  public init() {}

  /// The number `threshold`, 0 to 1.
  public init(_ threshold: Float) {
    self.init()
    self.threshold = threshold
  }

  public func choice(_ sample: MapSample) -> BackgroundChoice { BackgroundChoice(threshold) }
}
