import Autograd
import Imaging

/// How often the values of class maps occur, every map with the same weight, in bins from 0 to 1.
struct MapHistogram: Sendable {
  /// The shares of the bins, which add up to 1.
  let shares: [Double]

  /// The number of bins.
  static let bins = 256

  /// The middle of a bin.
  static func value(_ bin: Int) -> Double { (Double(bin) + 0.5) / Double(bins) }

  /// The bin of a value; what is outside 0 … 1 falls into the outermost ones.
  static func bin(of value: Float) -> Int { min(bins - 1, Int(max(0, min(1, value)) * Float(bins))) }

  /// The shares of the bins among `values`.
  static func shares(of values: [Float]) -> [Double] {
    var shares = [Double](repeating: 0, count: bins)
    let weight = 1 / Double(max(1, values.count))
    for value in values { shares[bin(of: value)] += weight }
    return shares
  }

  /// The values of all maps of a sample.
  init(_ sample: MapSample) throws {
    let parts = try sample.map { input -> [Double] in
      let depth = input.maps.classes.count
      let weight = 1 / Double(max(1, input.image.width * input.image.height))
      var shares = [Double](repeating: 0, count: Self.bins)
      for value in input.maps.maps.scalars {
        shares[Self.bin(of: value)] += weight
      }
      return shares + [Double(depth)]
    }
    let count = max(1, parts.reduce(0) { $0 + $1[Self.bins] })
    shares = (0..<Self.bins).map { bin in parts.reduce(0) { $0 + $1[bin] } / count }
  }
}
