import Autograd

/// The simplices around 16 points at a time: every vector holds one coordinate of all of them.
struct LatticeSimplices: ~Copyable {
  static let lanes = 16
  private typealias Floats = SIMD16<Float>
  private typealias Integers = SIMD16<Int32>

  /// 1.5·2²³: adding it rounds to an integer and leaves that in the low bits.
  private let magic: Float = 12_582_912

  let dimensions: Int
  /// The step of 1 along each axis of a key.
  let units: [LatticeKey]
  private let steps: [LatticeKey]
  private let scales: [Float]
  private let elevated: UnsafeMutablePointer<Floats>
  private let offsets: UnsafeMutablePointer<Floats>
  private let bases: UnsafeMutablePointer<Integers>
  private let ranks: UnsafeMutablePointer<Integers>
  /// The axis that has each rank.
  private let order: UnsafeMutablePointer<Integers>

  init(dimensions d: Int) {
    dimensions = d
    units = (0..<d).map { .unit($0) }
    steps = (0...d).map { .step(dimensions: d, axis: $0) }
    scales = (0..<d).map { axis in
      (2 / 3 as Float).squareRoot() * Float(d + 1) / Float((axis + 1) * (axis + 2)).squareRoot()
    }
    elevated = .allocate(capacity: d + 1)
    offsets = .allocate(capacity: d + 1)
    bases = .allocate(capacity: d + 1)
    ranks = .allocate(capacity: d + 1)
    order = .allocate(capacity: d + 1)
    for axis in 0...d {
      elevated[axis] = Floats()
      order[axis] = Integers()
    }
  }

  deinit {
    elevated.deallocate()
    offsets.deallocate()
    bases.deallocate()
    ranks.deallocate()
    order.deallocate()
  }

  /// The coordinate along `axis` of the vertex of remainder 0 that the simplex of a point hangs from.
  @inline(__always)
  func base(_ axis: Int, _ lane: Int) -> Int { Int(scalars(bases)[axis * Self.lanes + lane]) }

  /// How many other axes the point has gone further along.
  @inline(__always)
  func rank(_ axis: Int, _ lane: Int) -> Int { Int(scalars(ranks)[axis * Self.lanes + lane]) }

  /// How far the point has gone along `axis`, in edges of the simplex.
  @inline(__always)
  func share(_ axis: Int, _ lane: Int) -> Float {
    UnsafeRawPointer(offsets).assumingMemoryBound(to: Float.self)[axis * Self.lanes + lane]
  }

  /// The step to the next corner, which is the turn of the axis that has this rank.
  @inline(__always)
  func step(_ rank: Int, _ lane: Int) -> LatticeKey {
    steps[Int(scalars(order)[rank * Self.lanes + lane])]
  }

  @inline(__always)
  private func scalars(_ vectors: UnsafeMutablePointer<Integers>) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Int32.self)
  }

  /// Finds the simplices around the 16 points from `start`; the last point stands in for any after it.
  mutating func find(_ features: UnsafeBufferPointer<Float>, from start: Int) {
    elevate(features, from: start)
    let reach = Float(LatticeKey.limit / 2)
    var isInside = SIMDMask<Integers>(repeating: true)
    for axis in 0...dimensions {
      isInside = isInside .& (elevated[axis] .< reach) .& (elevated[axis] .> -reach)
    }
    precondition(all(isInside), "permutohedral lattice: a feature is not a number or too far from zero")
    rank()
    let corners = Float(dimensions + 1)
    for axis in 0...dimensions {
      let base = unsafeBitCast(bases[axis] &+ Int32(bitPattern: magic.bitPattern), to: Floats.self) - magic
      offsets[axis] = (elevated[axis] - base) / corners
      for lane in 0..<Self.lanes { scalars(order)[rank(axis, lane) * Self.lanes + lane] = Int32(axis) }
    }
  }

  /// The coordinates along the d + 1 axes of the lattice, which add up to 0.
  private func elevate(_ features: UnsafeBufferPointer<Float>, from start: Int) {
    let d = dimensions
    let last = features.count / d - 1
    let lanes = UnsafeMutableRawPointer(elevated).assumingMemoryBound(to: Float.self)
    for lane in 0..<Self.lanes {
      let point = min(start + lane, last)
      for axis in 0..<d { lanes[(axis + 1) * Self.lanes + lane] = features[point * d + axis] * scales[axis] }
    }
    var sum = Floats()
    for axis in stride(from: d, to: 0, by: -1) {
      let scaled = elevated[axis]
      elevated[axis] = sum - scaled * Float(axis)
      sum += scaled
    }
    elevated[0] = sum
  }

  /// Rounds to the nearest vertex of remainder 0, orders the offsets, and moves back on the plane.
  private func rank() {
    let corners = Int32(dimensions + 1)
    var excess = Integers()
    for axis in 0...dimensions {
      let shifted = elevated[axis] * (1 / Float(corners)) + magic
      let rounds = unsafeBitCast(shifted, to: Integers.self) &- Int32(bitPattern: magic.bitPattern)
      offsets[axis] = elevated[axis] - (shifted - magic) * Float(corners)
      bases[axis] = rounds &* corners
      excess &+= rounds
    }
    for axis in 0...dimensions { ranks[axis] = excess }
    for first in 0..<dimensions {
      for second in first + 1...dimensions {
        let isBehind = offsets[first] .< offsets[second]
        ranks[first] &+= Integers().replacing(with: Integers(repeating: 1), where: isBehind)
        ranks[second] &+= Integers(repeating: 1).replacing(with: Integers(), where: isBehind)
      }
    }
    for axis in 0...dimensions {
      let (down, up) = (Integers(repeating: -corners), Integers(repeating: corners))
      let step = Integers()
        .replacing(with: up, where: ranks[axis] .< Integers())
        .replacing(with: down, where: ranks[axis] .>= up)
      ranks[axis] &+= step
      bases[axis] &+= step
    }
  }
}
