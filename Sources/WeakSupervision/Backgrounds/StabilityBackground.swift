public import Configuration

/// The threshold whose regions change least when the photograph is mirrored and made smaller.
///
///     θ = argmax_t mIoU(M thresholded at t, M' thresholded at t)
///
/// M are the maps that became seeds and M' those of the mirror image at `scale` times its size, turned back.
public struct StabilityBackground: BackgroundRule {
  public static let name = "stability"

  @Setting("number of training images that are looked at", 1...1_000_000) public var images = 100
  @Setting("size of the second view, as a share of the first one's", 0.25...0.9)
  public var scale: Float = 0.75

  public init() {}

  public func choice(_ sample: MapSample) throws -> BackgroundChoice {
    var parts: [RegionAgreement] = []
    try sample.spread(images).forEach(askedBy: Self.name) { input, network in
      let view = network.mirrored(input.image, classes: input.maps.classes, scale: scale)
      parts.append(RegionAgreement(input.maps, view))
    }
    let curve = parts.total?.curve ?? []
    return BackgroundChoice(
      best(of: curve), curve: curve, criterion: "mIoU with the regions of a smaller mirror image")
  }
}
