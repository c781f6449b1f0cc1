public import Configuration

/// The value that parts the values of all class maps into two groups of the greatest variance between them
/// (Otsu: "A threshold selection method from gray-level histograms", 1979).
public struct OtsuBackground: BackgroundRule {
  public static let name = "otsu"

  @Setting("number of training images that are looked at", 1...1_000_000) public var images = 500
  @Setting("data-set, class or image: for what a value is chosen") public var per = BackgroundScope.dataSet

  public init() {}

  public func choice(_ sample: MapSample) throws -> BackgroundChoice {
    let shares = try MapHistogram(sample.spread(images)).shares
    let mean = shares.indices.reduce(0) { $0 + shares[$1] * MapHistogram.value($1) }
    var (weight, sum) = (0.0, 0.0)
    let curve = shares.indices.map { bin in
      weight += shares[bin]
      sum += shares[bin] * MapHistogram.value(bin)
      let spread = weight * (1 - weight)
      let between = spread > 0 ? (mean * weight - sum) * (mean * weight - sum) / spread : 0
      return BackgroundChoice.Point(Float(bin + 1) / Float(MapHistogram.bins), between)
    }
    return BackgroundChoice(best(of: curve), curve: curve, criterion: "variance between the groups")
  }
}

/// The threshold of the first of the highest points of a curve; 0 for an empty one.
func best(of curve: [BackgroundChoice.Point]) -> Float {
  var best: BackgroundChoice.Point?
  for point in curve where point.value > best?.value ?? -.infinity { best = point }
  return best?.threshold ?? 0
}
