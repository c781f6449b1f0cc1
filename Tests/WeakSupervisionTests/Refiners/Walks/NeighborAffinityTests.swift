import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct NeighborAffinityTests {
  /// The counts of Ahn and Kwak's code for the radii of inference and of training.
  @Test(arguments: [(5, 34), (10, 152), (2, 4)]) func pairsAreThoseOfHalfThePlane(radius: Int, count: Int) {
    let offsets = NeighborAffinity.offsets(radius: radius)
    #expect(offsets.count == count)
    #expect(offsets.allSatisfy { $0.row > 0 || $0.row == 0 && $0.column > 0 })
  }

  @Test func aMapThatIsTheSameEverywhereStays() {
    let affinity = NeighborAffinity(Sample.tensor("features", [7, 5, 6]), radius: 3, power: 2)
    let maps = Tensor(repeating: 0.7, shape: [35, 2])
    let moved = (0..<50).reduce(maps) { maps, _ in affinity.moved(maps) }
    // Each of the 50 means rounds once or twice.
    expectClose(moved, maps, tolerance: 100 * Float(0.7).ulp)
  }

  /// A grid that is narrower than the radius, against sums over all pairs of places.
  @Test(arguments: [(4, 3), (1, 9), (6, 2)]) func aMoveIsTheProductWithTheMatrix(rows: Int, columns: Int) {
    let places = rows * columns
    let features = Sample.tensor("features", [rows, columns, 4])
    let maps = Sample.tensor("maps", [places, 3])
    let directions = features.reshaped(to: [places, 4]).l2Normalized()
    let cosines = directions.matmul(directions, transposingOther: true).relu().power(3).scalars
    let values = maps.scalars
    let expected = (0..<places).flatMap { place in
      let near = (0..<places).filter { other in
        let (y, x) = (place / columns - other / columns, place % columns - other % columns)
        return y * y + x * x < 16
      }
      let mass = near.reduce(Float(0)) { $0 + ($1 == place ? 1 : cosines[place * places + $1]) }
      return (0..<3).map { channel in
        near.reduce(Float(0)) {
          $0 + ($1 == place ? 1 : cosines[place * places + $1]) * values[$1 * 3 + channel]
        } / mass
      }
    }
    expectClose(
      NeighborAffinity(features, radius: 4, power: 3).moved(maps), Tensor(expected, shape: maps.shape),
      tolerance: tolerance(terms: places, scale: 4))
  }
}
