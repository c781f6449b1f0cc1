import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct PermutohedralLatticeTests {
  @Test(arguments: [2, 5]) func matchesTheReferenceImplementation(dimensions: Int) throws {
    let golden = try Golden("dense-crf")
    let lattice = try PermutohedralLattice(features: golden["features.\(dimensions)"])
    let filtered = try lattice.filter(golden["values"])
    let expected = try golden["filter.\(dimensions).pydensecrf"]
    // A point's barycentric weights carry the rounding of coordinates of about 30; a hundred points meet at
    // a vertex.
    let scale = expected.scalars.max() ?? 1
    expectClose(filtered, expected, tolerance: tolerance(terms: 100, scale: scale))
  }

  /// Relative to brute force over all pairs of points, with the symmetric normalisation.
  @Test(arguments: [(2, 0.015 as Float), (5, 0.04)]) func approximatesTheGaussianKernel(
    dimensions: Int, meanError: Float
  ) throws {
    let golden = try Golden("dense-crf")
    let features = try golden["features.\(dimensions)"]
    let values = try golden["values"]
    let exact = try golden["filter.\(dimensions).normalized"]
    let filtered = PermutohedralLattice(features: features).symmetricallyNormalized().filter(values)
    let errors = zip(filtered.scalars, exact.scalars).map { abs($0 - $1) / $1 }
    #expect(errors.reduce(0, +) / Float(errors.count) < meanError)
  }

  @Test(arguments: [2, 5]) func rawSumsLieWithinTheKnownBias(dimensions: Int) throws {
    let golden = try Golden("dense-crf")
    let features = try golden["features.\(dimensions)"]
    let lattice = PermutohedralLattice(features: features)
    let filtered = try lattice.filter(golden["values"]).scalars
    let exact = try golden["filter.\(dimensions).exact"].scalars
    let ratio = filtered.reduce(0, +) / exact.reduce(0, +)
    #expect((0.5...1.2).contains(ratio))
  }

  @Test func weightsOfAPointAreSharesOfOne() throws {
    let lattice = try PermutohedralLattice(features: Golden("dense-crf")["features.5"])
    for point in 0..<lattice.pointCount {
      let weights = lattice.weights[6 * point..<6 * point + 6]
      #expect(weights.allSatisfy { -1e-4...1.0001 ~= $0 })
      #expect(abs(weights.reduce(0, +) - 1) < 1e-5)
    }
  }

  @Test func neighboursAreMutual() throws {
    let lattice = try PermutohedralLattice(features: Golden("dense-crf")["features.2"])
    let count = lattice.vertexCount
    for direction in 0...2 {
      for vertex in 0..<count {
        let neighbor = Int(lattice.neighbors[2 * (direction * count + vertex)])
        guard neighbor < count else { continue }
        #expect(lattice.neighbors[2 * (direction * count + neighbor) + 1] == Int32(vertex))
      }
    }
  }

  @Test(arguments: [1, 3, 4, 5, 8, 9, 16, 21]) func anyNumberOfChannelsFiltersAlike(channels: Int) throws {
    let golden = try Golden("dense-crf")
    let lattice = try PermutohedralLattice(features: golden["features.2"])
    let one = try golden["values"].scalars
    let values = (0..<lattice.pointCount).flatMap { point in
      (0..<channels).map { one[3 * point] * Float($0 + 1) }
    }
    let filtered = lattice.filter(Tensor(values, shape: [lattice.pointCount, channels])).scalars
    let expected = try lattice.filter(golden["values"]).scalars
    for index in filtered.indices {
      let value = expected[3 * (index / channels)] * Float(index % channels + 1)
      #expect(abs(filtered[index] - value) <= value * tolerance(terms: 4))
    }
  }
}
