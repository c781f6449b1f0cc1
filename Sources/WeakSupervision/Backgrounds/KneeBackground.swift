public import Configuration

/// The knee of the area curve: the value beyond which the area above it shrinks more slowly than its mean
/// (Satopää et al.: "Finding a 'kneedle' in a haystack", 2011, for a convex and falling curve).
///
///     A(t) = share of the pixels of all maps above t
///     θ = argmax_t (1 − t) − A(t)
///
/// which is where the curve lies farthest below the line from A(0) = 1 to A(1) = 0.
public struct KneeBackground: BackgroundRule {
  public static let name = "knee"

  @Setting("number of training images that are looked at", 1...1_000_000) public var images = 500
  @Setting("data-set, class or image: for what a value is chosen") public var per = BackgroundScope.dataSet

  public init() {}

  public func choice(_ sample: MapSample) throws -> BackgroundChoice {
    let shares = try MapHistogram(sample.spread(images)).shares
    var area = 1.0
    let curve = shares.indices.map { bin in
      area -= shares[bin]
      let edge = Double(bin + 1) / Double(MapHistogram.bins)
      return BackgroundChoice.Point(Float(edge), 1 - edge - area)
    }
    return BackgroundChoice(best(of: curve), curve: curve, criterion: "distance of the area below its chord")
  }
}
