import Autograd

/// The channels of a feature map by what they show: those of large norm, and clusters of the others that show
/// nearly the same.
struct ChannelClusters {
  /// The channels whose norm reaches the 75th percentile.
  let dominant: [Int]
  /// The clusters of the other channels, those of the first channel first; what belongs to none is left out.
  let groups: [[Int]]

  /// All of these channels, in order.
  var kept: [Int] { (dominant + groups.flatMap { $0 }).sorted() }

  /// The channels of a map `[1, height, width, channels]`.
  init(_ map: Tensor) {
    let channels = map.shape[3]
    let rows = map.reshaped(to: [map.count / channels, channels]).permuted([1, 0])
    let norms = rows.squared().sum(axes: [1]).squareRoot().scalars
    let threshold = Self.percentile(75, of: norms)
    dominant = norms.indices.filter { norms[$0] >= threshold }
    let others = norms.indices.filter { norms[$0] < threshold }
    let distances = others.count > 1 ? Self.distances(rows.gathered(others, axis: 0)) : []
    groups = Self.clusters(others.count, distances).map { $0.map { others[$0] } }
  }

  /// The distances of rows `[rows, values]`, row by row.
  private static func distances(_ rows: Tensor) -> [Float] {
    let squares = rows.squared().sum(axes: [1], keepingAxes: true)
    let products = rows.matmul(rows, transposingOther: true)
    let count = rows.shape[0]
    return (squares + squares.permuted([1, 0]) - 2 * products).relu().squareRoot().withSpan { values in
      // Rounding of the products leaves a little of it in the diagonal.
      values.indices.map { $0 / count == $0 % count ? 0 : values[$0] }
    }
  }

  /// DBSCAN: a point with enough others within reach is the core of a cluster, and takes all of them in.
  private static func clusters(_ count: Int, _ distances: [Float]) -> [[Int]] {
    guard count > 1 else { return [] }
    let apart = distances.indices.filter { $0 / count != $0 % count }.map { distances[$0] }
    let reach = max(percentile(25, of: apart), 1e-5)
    let needed = max(2, count / 20)
    let near = (0..<count).map { point in
      (0..<count).filter { distances[point * count + $0] <= reach }
    }
    var groups: [[Int]] = []
    var isTaken = [Bool](repeating: false, count: count)
    for first in 0..<count where !isTaken[first] && near[first].count >= needed {
      var (members, next) = ([first], 0)
      isTaken[first] = true
      while next < members.count {
        if near[members[next]].count >= needed {
          for point in near[members[next]] where !isTaken[point] {
            isTaken[point] = true
            members.append(point)
          }
        }
        next += 1
      }
      groups.append(members.sorted())
    }
    return groups
  }

  /// The value below which `share` percent of the values lie, linear between two of them.
  static func percentile(_ share: Double, of values: [Float]) -> Float {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let place = share / 100 * Double(sorted.count - 1)
    let (lower, part) = (Int(place), place - place.rounded(.down))
    let upper = min(lower + 1, sorted.count - 1)
    return Float(Double(sorted[lower]) + part * (Double(sorted[upper]) - Double(sorted[lower])))
  }
}
