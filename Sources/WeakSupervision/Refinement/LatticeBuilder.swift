/// Places points in the permutohedral lattice (Adams, Baek, Davis 2010, section 3).
struct LatticeBuilder {
  let dimensions: Int
  let points: Int
  private(set) var corners: [Int32]
  private(set) var weights: [Float]
  private(set) var vertices: LatticeVertices

  init(dimensions: Int, points: Int) {
    self.dimensions = dimensions
    self.points = points
    corners = [Int32](repeating: 0, count: points * (dimensions + 1))
    weights = [Float](repeating: 0, count: points * (dimensions + 1))
    vertices = LatticeVertices(expecting: points)
  }

  /// Finds the simplex around each point and the point's barycentric coordinates in it.
  mutating func embed(_ features: UnsafeBufferPointer<Float>) {
    let d = dimensions
    let scales = (0..<d).map { axis -> Float in
      (2 / 3 as Float).squareRoot() * Float(d + 1) / Float((axis + 1) * (axis + 2)).squareRoot()
    }
    // Position along each lattice axis, the nearest vertex of remainder 0, the order of the offsets to it.
    var elevated = [Float](repeating: 0, count: d + 1)
    var offset = [Float](repeating: 0, count: d + 1)
    var base = [Int](repeating: 0, count: d + 1)
    var rank = [Int](repeating: 0, count: d + 1)
    for point in 0..<points {
      var sum: Float = 0
      for axis in stride(from: d, to: 0, by: -1) {
        let scaled = features[point * d + axis - 1] * scales[axis - 1]
        elevated[axis] = sum - Float(axis) * scaled
        sum += scaled
      }
      elevated[0] = sum
      var excess = 0
      for axis in 0...d {
        let rounded = (elevated[axis] / Float(d + 1)).rounded(.toNearestOrAwayFromZero)
        base[axis] = Int(rounded) * (d + 1)
        offset[axis] = elevated[axis] - rounded * Float(d + 1)
        excess += Int(rounded)
      }
      order(offset, by: excess, &rank, &base)
      insert(point, elevated, base, rank)
    }
  }

  /// Ranks the offsets from largest to smallest and moves the base vertex back on the plane.
  @inline(__always)
  private func order(_ offset: [Float], by excess: Int, _ rank: inout [Int], _ base: inout [Int]) {
    let d = dimensions
    for axis in 0...d { rank[axis] = excess }
    for first in 0..<d {
      for second in first + 1...d {
        if offset[first] < offset[second] { rank[first] += 1 } else { rank[second] += 1 }
      }
    }
    for axis in 0...d {
      if rank[axis] < 0 {
        rank[axis] += d + 1
        base[axis] += d + 1
      } else if rank[axis] > d {
        rank[axis] -= d + 1
        base[axis] -= d + 1
      }
    }
  }

  @inline(__always)
  private mutating func insert(_ point: Int, _ elevated: [Float], _ base: [Int], _ rank: [Int]) {
    let d = dimensions
    let start = point * (d + 1)
    var key = LatticeKey.origin
    var wrapped: Float = 0
    for axis in 0...d {
      precondition(
        abs(base[axis]) < LatticeKey.limit - 2 * (d + 1),
        "permutohedral lattice: a feature of point \(point) is too far from zero")
      if axis < d { key = key.moved(by: .unit(axis), times: base[axis]) }
      let share = (elevated[axis] - Float(base[axis])) / Float(d + 1)
      weights[start + d - rank[axis]] += share
      if rank[axis] == 0 { wrapped = share } else { weights[start + d + 1 - rank[axis]] -= share }
    }
    weights[start] += 1 - wrapped
    // From corner to corner every coordinate gains 1, and the axis whose turn it is falls back by d + 1.
    for corner in 0...d {
      if corner > 0 {
        key = key.moved(by: ones, times: 1)
        for axis in 0..<d where rank[axis] == d + 1 - corner {
          key = key.moved(by: .unit(axis), times: -(d + 1))
        }
      }
      corners[start + corner] = vertices.index(of: key)
    }
  }

  private var ones: LatticeKey {
    (0..<dimensions).reduce(LatticeKey(low: 0, high: 0)) { $0.moved(by: .unit($1), times: 1) }
  }

  /// Both neighbours of each vertex along each direction; the number of vertices stands for none.
  func neighbors() -> [Int32] {
    let count = vertices.keys.count
    var neighbors = [Int32](repeating: Int32(count), count: 2 * count * (dimensions + 1))
    for direction in 0...dimensions {
      var step = LatticeKey(low: 0, high: 0).moved(by: ones, times: -1)
      if direction < dimensions { step = step.moved(by: .unit(direction), times: dimensions + 1) }
      let start = 2 * direction * count
      for (vertex, key) in vertices.keys.enumerated() {
        guard let neighbor = vertices.find(key.moved(by: step, times: 1)) else { continue }
        neighbors[start + 2 * vertex] = neighbor
        neighbors[start + 2 * Int(neighbor) + 1] = Int32(vertex)
      }
    }
    return neighbors
  }
}
