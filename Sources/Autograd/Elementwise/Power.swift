import Foundation

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
