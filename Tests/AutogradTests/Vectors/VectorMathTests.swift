import Foundation
import Testing

@testable import Autograd

/// 2ˣ, which no operation gives by itself.
private struct PowerOfTwo: UnaryMap {
  func value(_ x: Vector) -> Vector { VectorMath.exp2(x) }
}

/// The vector functions against the C library in double precision, through the operations that use them.
@Suite struct VectorMathTests {
  /// A function, where it is examined, and how far it may be off, in units in the last place.
  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let range: ClosedRange<Float>
    let bound: Double
    let vector: @Sendable (Tensor) -> Tensor
    let exact: @Sendable (Double) -> Double
    /// The value whose last place counts, where it is not the result.
    var scale: @Sendable (Double, Double) -> Double = { _, y in y }
  }

  static let functions = [
    Function(testDescription: "exp", range: -87...88, bound: 1.5, vector: { $0.exp() }, exact: { exp($0) }),
    Function(
      testDescription: "power of two", range: -126.5...127.4, bound: 1,
      vector: { Elementwise.map($0, PowerOfTwo()) }, exact: { exp2($0) }),
    Function(testDescription: "log", range: 0...40, bound: 1, vector: { $0.log() }, exact: { log($0) }),
    Function(
      testDescription: "log near 1", range: 0.9...1.1, bound: 1, vector: { $0.log() }, exact: { log($0) }),
    Function(testDescription: "tanh", range: -10...10, bound: 2, vector: { $0.tanh() }, exact: { tanh($0) }),
    Function(
      testDescription: "sigmoid", range: -80...80, bound: 3, vector: { $0.sigmoid() },
      exact: { 1 / (1 + exp(-$0)) }),
    Function(
      testDescription: "softplus", range: -80...80, bound: 3, vector: { $0.softplus() },
      exact: { max($0, 0) + log1p(exp(-abs($0))) }),
    Function(
      testDescription: "square root", range: 0...1e9, bound: 0.51, vector: { $0.squareRoot() },
      exact: { $0.squareRoot() }),
    // Φ is at most 1: half a last place of 1, times x, is the best there is for positive values.
    Function(
      testDescription: "GELU", range: -8...8, bound: 2, vector: { $0.gelu() },
      exact: { $0 / 2 * erfc(-$0 / 2.0.squareRoot()) }, scale: { x, _ in x }),
    // x² carries its rounding into the exponent, where it counts x²/2 times.
    Function(
      testDescription: "GELU of negative values", range: -8...0, bound: 64, vector: { $0.gelu() },
      exact: { $0 / 2 * erfc(-$0 / 2.0.squareRoot()) }),
  ]

  @Test(arguments: functions) func isExactToTheLastPlaces(function: Function) {
    var random = Philox(seed: 1, name: function.testDescription)
    let values = (0..<200_000).map { _ in random.uniform(in: function.range) }
    let results = function.vector(Tensor(values, shape: [values.count])).scalars
    var (worst, place) = (0.0, Float(0))
    for (x, y) in zip(values, results) {
      let exact = function.exact(Double(x))
      let unit = Float(function.scale(Double(x), exact)).ulp
      let error = abs(Double(y) - exact) / Double(unit)
      if !(error <= worst) { (worst, place) = (error, x) }
    }
    #expect(worst <= function.bound, "at \(place)")
  }

  @Test func everyLengthGivesTheSameValues() {
    let whole = (0..<40).map { Float($0) / 7 - 3 }
    let expected = Tensor(whole, shape: [40]).gelu().scalars
    for count in 0..<40 {
      #expect(Tensor(whole[..<count], shape: [count]).gelu().scalars == Array(expected[..<count]))
    }
  }

  @Test func tinyResultsUnderflowGradually() {
    let x = Tensor([-87.5, -95, -103, -104, -200], shape: [5])
    for (x, y) in zip(x.scalars, x.exp().scalars) {
      #expect(abs(y - Float(exp(Double(x)))) <= .leastNonzeroMagnitude, "exp(\(x))")
    }
    let tiny = Tensor(
      [.leastNonzeroMagnitude, .leastNonzeroMagnitude * 5000, .leastNormalMagnitude], shape: [3])
    for (x, y) in zip(tiny.scalars, tiny.log().scalars) {
      #expect(abs(Double(y) - log(Double(x))) <= 1e-5, "log(\(x))")
    }
    for (x, y) in zip(tiny.scalars, tiny.squareRoot().scalars) {
      #expect(abs(y - x.squareRoot()) <= y.ulp, "√\(x)")
    }
  }

  @Test func notANumberStaysOne() {
    let x = Tensor([.nan], shape: [1])
    for function in Self.functions { #expect(function.vector(x).scalar.isNaN, "\(function.testDescription)") }
  }

  @Test func hugeValuesReachTheLimits() {
    let x = Tensor([-1e30, 1e30], shape: [2])
    #expect(x.exp().scalars == [0, .infinity])
    #expect(x.tanh().scalars == [-1, 1])
    #expect(x.sigmoid().scalars == [0, 1])
    #expect(x.softplus().scalars == [0, 1e30])
    #expect(x.gelu().scalars == [0, 1e30])
  }
}
