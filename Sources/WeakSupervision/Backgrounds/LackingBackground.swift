import Autograd
public import Configuration

/// The value below which most of a class's map stays in images that lack the class, every pixel of which is
/// its background.
///
///     θ = the smallest t with P(M_c(p) / s_c ≤ t) ≥ share, over pixels p of images that lack c
///
/// s_c is the median extent of the class's maps, before each is divided by its own, over images that show
/// it: a map of a class that is not there would reach 1 if it were divided by its own extent. A share of all
/// background that may be wrong, as in the test of Neyman and Pearson: "On the problem of the most efficient
/// tests of statistical hypotheses", 1933.
public struct LackingBackground: BackgroundRule {
  public static let name = "lacking"

  @Setting("number of training images that are looked at", 1...1_000_000) public var images = 200
  @Setting("number of classes of which maps are made where an image lacks them", 1...254)
  public var classes = 3
  @Setting("share of the background's pixels that must not be above the threshold, 0 to 1", .between(0, 1))
  public var share: Double = 0.95

  public init() {}

  /// The map of a class that the image lacks: how its values are spread from 0 to its extent.
  private struct Lacking {
    let index: Int
    let extent: Float
    let shares: [Double]
  }

  public func choice(_ sample: MapSample) throws -> BackgroundChoice {
    let sample = sample.spread(images)
    var extents: [Int: [Float]] = [:]
    var lacking: [Lacking] = []
    var number = 0
    try sample.forEach(askedBy: Self.name) { input, network in
      let shown = input.maps.classes
      let others = others(shown, of: network.classCount, number: number)
      number += 1
      for (index, found) in zip(shown + others, network.unscaled(input.image, classes: shown + others)) {
        guard others.contains(index) else {
          extents[index, default: []].append(found.extent)
          continue
        }
        let values = found.extent > 0 ? found.map.map { $0 / found.extent } : found.map
        lacking.append(
          Lacking(index: index, extent: found.extent, shares: MapHistogram.shares(of: values)))
      }
    }
    let scales = extents.mapValues { $0.sorted()[$0.count / 2] }.filter { $0.value > 0 }
    lacking.removeAll { scales[$0.index] == nil }
    guard !lacking.isEmpty else { throw BackgroundError.nothingLacking(images: sample.count) }
    return choice(lacking, scales)
  }

  /// Some of the classes that an image lacks, others from image to image.
  private func others(_ shown: [Int], of count: Int, number: Int) -> [Int] {
    let others = (0..<count).filter { !shown.contains($0) }
    return (0..<min(classes, others.count)).map { others[(number * classes + $0) % others.count] }
  }

  /// The threshold above which no more than what is left of `share` lies, every map with the same weight.
  private func choice(_ lacking: [Lacking], _ scales: [Int: Float]) -> BackgroundChoice {
    var shares = [Double](repeating: 0, count: MapHistogram.bins)
    for item in lacking {
      let scale = Double(item.extent) / Double(scales[item.index] ?? 1)
      for (bin, share) in item.shares.enumerated() {
        shares[MapHistogram.bin(of: Float(MapHistogram.value(bin) * scale))] += share / Double(lacking.count)
      }
    }
    var below = 0.0
    let curve = shares.indices.map { bin in
      below += shares[bin]
      return BackgroundChoice.Point(Float(bin + 1) / Float(MapHistogram.bins), below)
    }
    // Rounding may leave the whole of all shares a little below 1.
    let threshold = curve.first { $0.value >= min(share, 1 - 1e-9) }?.threshold ?? 1
    return BackgroundChoice(
      threshold, curve: curve, criterion: "share of the pixels of images that lack a class")
  }
}
