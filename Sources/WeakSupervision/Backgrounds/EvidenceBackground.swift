public import Configuration

/// The threshold whose regions hold what the classifier sees of a class.
///
///     θ_keep   = the largest t whose region, alone, keeps `kept` of the score: the smallest such area
///     θ_remove = the largest t whose region leaves `removed` of it where it is taken out
///     θ        = their mean, or the one that is there
///
/// The band reaches from one to the other. What is taken out is blurred, as `MapEvidence` does it, and the
/// shares of the score are means over the classes that the classifier sees in whole images. These are the
/// smallest sufficient and the smallest destroying region (Dabkowski, Gal: "Real time image saliency for
/// black box classifiers", 2017), among those that maps can show.
public struct EvidenceBackground: BackgroundRule {
  public static let name = "evidence"
  public static let givesBand = true

  @Setting("number of training images that are looked at", 1...1_000_000) public var images = 60
  @Setting("share of a class's score that its region alone must keep, 0 to 1", .between(0, 1))
  public var kept: Double = 0.9
  @Setting("share of a class's score that may be left without its region, 0 to 1", .between(0, 1))
  public var removed: Double = 0.5
  @Setting("longest side of the masked pictures, in pixels", 16...1024) public var side = 160

  public init() {}

  /// The thresholds at which pictures are masked; what lies between is interpolated.
  static let thresholds = (0...10).map { Float($0) / 10 }

  public func choice(_ sample: MapSample) throws -> BackgroundChoice {
    var evidence = MapEvidence()
    evidence.side = side
    var (kept, removed) = ([Double](repeating: 0, count: Self.thresholds.count), [Double]())
    removed = kept
    var count = 0
    let sample = sample.spread(images)
    try sample.forEach(askedBy: Self.name) { input, network in
      let found = evidence(input.image, input.maps, above: Self.thresholds, of: network.classifier)
      for item in found {
        count += 1
        for index in kept.indices {
          kept[index] += Double(item.kept[index])
          removed[index] += Double(item.removed[index])
        }
      }
    }
    guard count > 0 else { throw BackgroundError.nothingSeen(images: sample.count) }
    kept = kept.map { $0 / Double(count) }
    removed = removed.map { $0 / Double(count) }
    let found = [
      Self.last(kept.map { $0 - self.kept }), Self.last(removed.map { self.removed - $0 }),
    ].compactMap(\.self)
    guard !found.isEmpty else { throw BackgroundError.noEvidence(images: sample.count) }
    var choice = BackgroundChoice(
      found.reduce(0, +) / Float(found.count),
      curve: kept.indices.map { BackgroundChoice.Point(Self.thresholds[$0], kept[$0] - removed[$0]) },
      criterion: "score kept less score left without the region")
    choice.band = found.reduce(1, min)...found.reduce(0, max)
    return choice
  }

  /// The largest threshold at which values at `thresholds`, with lines between them, are not below 0; `nil`
  /// where all are below, or where the last one is not, which is that of an empty region.
  static func last(_ values: [Double]) -> Float? {
    guard let index = values.lastIndex(where: { $0 >= 0 }), index + 1 < values.count else { return nil }
    let part = values[index] / (values[index] - values[index + 1])
    return thresholds[index] + Float(part) * (thresholds[index + 1] - thresholds[index])
  }
}
