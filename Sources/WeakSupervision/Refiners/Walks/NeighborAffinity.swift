import Autograd

/// How alike places of a grid are that lie near each other: a sparse symmetric matrix with a unit diagonal.
///
/// Pairs are those of Ahn and Kwak, 2018: offsets in one half of the plane, shorter than the radius, each of
/// which stands for both directions. A radius of 5 has 34 of them, one of 10 has 152. So a product costs at
/// most 1 + 2 · 34 multiply-adds for each place and class, where one with the dense matrix costs as many as
/// there are places; on a grid of 94 × 125 that matrix would take 552 MB.
struct NeighborAffinity: Sendable {
  private let rows: Int
  private let columns: Int
  private let offsets: [(row: Int, column: Int)]
  /// For each offset and place, how alike the place and the one at that offset are; 0 where there is none.
  private let values: [Float]
  /// The sum of each row of the matrix.
  private let mass: [Float]

  /// The affinities `max(0, cos(f_i, f_j))^power` of `features`, `[rows, columns, channels]`.
  init(_ features: Tensor, radius: Int, power: Float) {
    let (rows, columns, channels) = (features.shape[0], features.shape[1], features.shape[2])
    let offsets = Self.offsets(radius: radius)
    let places = rows * columns
    let directions = features.reshaped(to: [places, channels]).l2Normalized()
    let cosines = Tensor.concatenated(
      offsets.map { offset in
        let neighbors = directions.gathered(
          Self.neighbors(of: offset, rows: rows, columns: columns).map { $0 ?? 0 }, axis: 0)
        return (directions * neighbors).sum(axes: [1]).reshaped(to: [1, places])
      }, axis: 0)
    var values = cosines.relu().power(power).scalars
    var mass = [Float](repeating: 1, count: places)
    for (number, offset) in offsets.enumerated() {
      for (place, neighbor) in Self.neighbors(of: offset, rows: rows, columns: columns).enumerated() {
        guard let neighbor else {
          values[number * places + place] = 0
          continue
        }
        mass[place] += values[number * places + place]
        mass[neighbor] += values[number * places + place]
      }
    }
    (self.rows, self.columns, self.offsets, self.values, self.mass) = (rows, columns, offsets, values, mass)
  }

  /// The offsets `(0, x)` with `x > 0` and `(y, x)` with `y > 0` that are shorter than `radius`.
  static func offsets(radius: Int) -> [(row: Int, column: Int)] {
    (0..<radius).flatMap { row in
      (row == 0 ? 1..<radius : -radius + 1..<radius).filter { row * row + $0 * $0 < radius * radius }
        .map { (row, $0) }
    }
  }

  /// Maps `[places, classes]` whose places are means over what they are alike, themselves included.
  func moved(_ maps: Tensor) -> Tensor {
    let (places, classes) = (maps.shape[0], maps.shape[1])
    return Tensor(shape: maps.shape) { out in
      maps.withSpan { maps in
        for index in out.indices { out[index] = maps[index] }
        for (number, offset) in offsets.enumerated() {
          let step = offset.row * columns + offset.column
          let first = max(0, -offset.column)
          for row in 0..<max(0, rows - offset.row) {
            for column in first..<max(first, min(columns, columns - offset.column)) {
              let place = row * columns + column
              let value = values[number * places + place]
              for channel in 0..<classes {
                out[place * classes + channel] += value * maps[(place + step) * classes + channel]
                out[(place + step) * classes + channel] += value * maps[place * classes + channel]
              }
            }
          }
        }
      }
      for index in out.indices { out[index] /= mass[index / classes] }
    }
  }

  /// For each place the one at `offset` from it, or `nil` where that is outside the grid.
  private static func neighbors(of offset: (row: Int, column: Int), rows: Int, columns: Int) -> [Int?] {
    (0..<rows * columns).map { place in
      let (row, column) = (place / columns + offset.row, place % columns + offset.column)
      return row < rows && 0..<columns ~= column ? row * columns + column : nil
    }
  }
}
