import Foundation
import TestSupport
import Testing

@testable import Autograd

@Suite struct GELUTests {
  @Test func matchesPyTorch() throws {
    try Golden("gelu").expectTable(inputs: ["x"], terms: 1, scale: 8) { inputs, _ in inputs[0].gelu() }
  }

  @Test func gradient() {
    expectGradientsMatch("gelu", [[4, 5]]) { $0[0].gelu() }
  }

  @Test func differsFromItsMirrorByTheValue() {
    let x = Sample.tensor("x", [3, 19]) * 2
    expectClose(x.gelu() - (-x).gelu(), x, tolerance: tolerance(terms: 1, scale: 8))
    #expect(Tensor([-100, 0, 100], shape: [3]).gelu().scalars == [0, 0, 100])
  }
}

@Suite struct NormalDistributionTests {
  /// From −8 to 8, and densely about the places where one polynomial takes over from the other.
  private let places: [Float] =
    (-4000...4000).map { Float($0) / 500 } + (-400...400).map { 1.25 + Float($0) * 1e-6 }
    + (-400...400).map { -1.25 + Float($0) * 1e-6 }

  private func distribution(at x: Float) -> (share: Double, density: Double) {
    let normal = NormalDistribution(at: Vector(repeating: x))
    return (Double(normal.share[0]), Double(normal.density[15]))
  }

  /// The bounds are those that the type promises.
  @Test func shareIsThatOfErfc() {
    for x in places {
      let exact = erfc(-Double(x) / 2.0.squareRoot()) / 2
      let share = distribution(at: x).share
      #expect(abs(share - exact) <= 8e-8, "Φ(\(x))")
      if x < 0 { #expect(abs(share / exact - 1) <= 4e-6, "Φ(\(x))") }
    }
  }

  /// x² is rounded, and its multiple that is the exponent in base two: at ±8 that is 32 and 22 units of 2⁻²⁴,
  /// and a few more for the exponential itself.
  @Test func densityIsTheBellCurve() {
    for x in places {
      let exact = exp(-Double(x) * Double(x) / 2) / (2 * Double.pi).squareRoot()
      #expect(abs(distribution(at: x).density / exact - 1) <= 60 * 0x1p-24, "φ(\(x))")
    }
  }

  @Test func bothTailsReachTheirLimits() {
    #expect(distribution(at: 40) == (1, 0))
    #expect(distribution(at: -40) == (0, 0))
    #expect(distribution(at: 0).share == 0.5)
  }
}
