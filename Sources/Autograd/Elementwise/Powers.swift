import Foundation

extension Tensor {
  /// `x²`, elementwise.
  public func squared() -> Tensor { applying(Square(), "squared") }
}

private struct Square: UnaryFunction {
  static let saved = SavedValue.input

  @inline(__always)
  func value(_ x: Vector) -> Vector { x * x }

  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector { 2 * g * x }
}

extension Tensor {
  /// `√x`, elementwise; the gradient `g / 2√x` is infinite at 0.
  public func squareRoot() -> Tensor { applying(SquareRoot(), "squareRoot") }
}

private struct SquareRoot: UnaryFunction {
  static let saved = SavedValue.output

  @inline(__always)
  func value(_ x: Vector) -> Vector { VectorMath.squareRoot(x) }

  @inline(__always)
  func gradient(_ g: Vector, _ y: Vector) -> Vector { 0.5 * g / y }
}

extension Tensor {
  /// `xᵖ`, elementwise; NaN for a negative value and a fractional exponent.
  public func power(_ exponent: Float) -> Tensor {
    switch exponent {
    case 1: self
    case 2: squared()
    case 0.5: squareRoot()
    default: applying(Power(exponent: exponent), "power")
    }
  }
}

private struct Power: UnaryFunction {
  static let saved = SavedValue.input
  let exponent: Float

  func value(_ x: Vector) -> Vector { raise(x, to: exponent) }

  func gradient(_ g: Vector, _ x: Vector) -> Vector {
    exponent == 0 ? .zero : g * exponent * raise(x, to: exponent - 1)
  }

  /// The C library's function: exp(p·ln x) in single precision would lose digits for large exponents.
  private func raise(_ x: Vector, to exponent: Float) -> Vector {
    var result = x
    for lane in 0..<16 { result[lane] = pow(x[lane], exponent) }
    return result
  }
}
