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
    var simplices = LatticeSimplices(dimensions: dimensions)
    for start in stride(from: 0, to: points, by: LatticeSimplices.lanes) {
      simplices.find(features, from: start)
      for lane in 0..<min(LatticeSimplices.lanes, points - start) {
        insert(start + lane, simplices, lane)
      }
    }
  }

  @inline(__always)
  private mutating func insert(_ point: Int, _ simplices: borrowing LatticeSimplices, _ lane: Int) {
    let d = dimensions
    let start = point * (d + 1)
    var key = LatticeKey.origin
    weights[start] = 1
    for axis in 0...d {
      let turn = simplices.rank(axis, lane)
      if axis < d { key = key.moved(by: simplices.units[axis], times: simplices.base(axis, lane)) }
      let share = simplices.share(axis, lane)
      weights[start + d - turn] += share
      // The corner behind the last one is the first.
      weights[start + (turn == 0 ? 0 : d + 1 - turn)] -= share
    }
    // From corner to corner every coordinate gains 1, and the axis whose turn it is falls back by d + 1.
    for corner in 0...d {
      if corner > 0 { key = key.moved(by: simplices.step(d + 1 - corner, lane), times: 1) }
      corners[start + corner] = vertices.index(of: key)
    }
  }

  /// Both neighbours of each vertex along each direction; the number of vertices stands for none.
  func neighbors() -> [Int32] {
    let count = vertices.keys.count
    var neighbors = [Int32](repeating: Int32(count), count: 2 * count * (dimensions + 1))
    for direction in 0...dimensions {
      let step = LatticeKey.step(dimensions: dimensions, axis: direction)
      let start = 2 * direction * count
      for (vertex, key) in vertices.keys.enumerated() {
        guard let neighbor = vertices.find(key.moved(by: step, times: -1)) else { continue }
        neighbors[start + 2 * vertex] = neighbor
        neighbors[start + 2 * Int(neighbor) + 1] = Int32(vertex)
      }
    }
    return neighbors
  }
}
