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

/// The coordinates of a lattice vertex, packed in 21 bits each.
///
/// Adding the packed form of a step moves to the vertex at that step, as long as every coordinate stays
/// within ±2²⁰.
struct LatticeKey: Equatable {
  /// The most coordinates that fit.
  static let capacity = 6
  /// Coordinates lie within ± this number.
  static let limit = 1 << 20

  private(set) var low: UInt64
  private(set) var high: UInt64

  /// The vertex in the middle of the range.
  static let origin: LatticeKey = (0..<capacity).reduce(LatticeKey(low: 0, high: 0)) {
    $0.moved(by: unit($1), times: limit)
  }

  /// The step of 1 along one axis.
  static func unit(_ axis: Int) -> LatticeKey {
    axis < 3
      ? LatticeKey(low: 1 << UInt64(21 * axis), high: 0)
      : LatticeKey(low: 0, high: 1 << UInt64(21 * (axis - 3)))
  }

  /// The step of one edge of the lattice: every coordinate gains 1, and one falls back by d + 1.
  ///
  /// The coordinate `axis == dimensions` is minus the sum of the others and not part of the key.
  static func step(dimensions: Int, axis: Int) -> LatticeKey {
    let ones = (0..<dimensions).reduce(LatticeKey(low: 0, high: 0)) { $0.moved(by: unit($1), times: 1) }
    return axis < dimensions ? ones.moved(by: unit(axis), times: -(dimensions + 1)) : ones
  }

  /// The vertex at `count` steps from this one.
  @inline(__always)
  func moved(by step: LatticeKey, times count: Int) -> LatticeKey {
    let count = UInt64(bitPattern: Int64(count))
    return LatticeKey(low: low &+ step.low &* count, high: high &+ step.high &* count)
  }

  @inline(__always)
  var hash: UInt64 {
    let mixed = (low ^ (high &* 0x9e37_79b9_7f4a_7c15)) &* 0xd6e8_feb8_6659_fd93
    return mixed ^ (mixed >> 32)
  }
}

/// Numbers lattice vertices in the order in which they are first met, so that numbers never depend on the
/// table's size.
struct LatticeVertices {
  private(set) var keys: [LatticeKey] = []
  private var slots: [Int32]
  private var mask: Int

  init(expecting count: Int) {
    var capacity = 1024
    while capacity < 2 * count { capacity *= 2 }
    slots = [Int32](repeating: -1, count: capacity)
    mask = capacity - 1
  }

  /// The number of the vertex, given to it now if it is new.
  @inline(__always)
  mutating func index(of key: LatticeKey) -> Int32 {
    var slot = Int(truncatingIfNeeded: key.hash) & mask
    while true {
      let index = slots[slot]
      if index < 0 { break }
      if keys[Int(index)] == key { return index }
      slot = (slot + 1) & mask
    }
    let index = Int32(keys.count)
    keys.append(key)
    slots[slot] = index
    if 2 * keys.count > slots.count { grow() }
    return index
  }

  /// The number of the vertex, or `nil` if it was never met.
  @inline(__always)
  func find(_ key: LatticeKey) -> Int32? {
    var slot = Int(truncatingIfNeeded: key.hash) & mask
    while true {
      let index = slots[slot]
      if index < 0 { return nil }
      if keys[Int(index)] == key { return index }
      slot = (slot + 1) & mask
    }
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    mask = slots.count - 1
    for (index, key) in keys.enumerated() {
      var slot = Int(truncatingIfNeeded: key.hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index)
    }
  }
}
