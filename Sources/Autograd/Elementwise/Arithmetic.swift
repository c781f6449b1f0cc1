extension Tensor {
  /// The sum of each pair of values, the smaller operand stretched as in NumPy.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    return Elementwise.map(left, right, Addition(), "add").recorded(
      "add", from: left, right,
      pullbacks: { $0.summed(to: leftShape) }, { $0.summed(to: rightShape) })
  }

  /// `right` added to each value.
  public static func + (left: Tensor, right: Float) -> Tensor {
    Elementwise.map(left, Offset(amount: right)).recorded("add", from: left) { $0 }
  }

  /// `left` added to each value.
  public static func + (left: Float, right: Tensor) -> Tensor { right + left }
}

private struct Addition: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a + b }
}

/// x + amount.
private struct Offset: UnaryMap {
  let amount: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { x + amount }
}

extension Tensor {
  /// The difference of each pair of values, the smaller operand stretched as in NumPy.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    return Elementwise.map(left, right, Subtraction(), "subtract").recorded(
      "subtract", from: left, right,
      pullbacks: { $0.summed(to: leftShape) }, { -$0.summed(to: rightShape) })
  }

  /// Each value less `right`.
  public static func - (left: Tensor, right: Float) -> Tensor { left + (-right) }

  /// `left` less each value.
  public static func - (left: Float, right: Tensor) -> Tensor {
    Elementwise.map(right, Complement(whole: left)).recorded("subtract", from: right) { -$0 }
  }
}

private struct Subtraction: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a - b }
}

/// whole − x.
private struct Complement: UnaryMap {
  let whole: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { whole - x }
}

extension Tensor {
  /// The values with their signs changed.
  public static prefix func - (x: Tensor) -> Tensor {
    Elementwise.map(x, Scaling(factor: -1)).recorded("negate", from: x) { -$0 }
  }
}

extension Tensor {
  /// The product of each pair of values, the smaller operand stretched as in NumPy.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    let (a, b) = (left.detached(), right.detached())
    let (leftShape, rightShape) = (left.shape, right.shape)
    return Elementwise.map(left, right, Multiplication(), "multiply").recorded(
      "multiply", from: left, right,
      pullbacks: { ($0 * b).summed(to: leftShape) }, { ($0 * a).summed(to: rightShape) })
  }

  /// Each value times `right`.
  public static func * (left: Tensor, right: Float) -> Tensor {
    Elementwise.map(left, Scaling(factor: right)).recorded("multiply", from: left) { $0 * right }
  }

  /// Each value times `left`.
  public static func * (left: Float, right: Tensor) -> Tensor { right * left }
}

private struct Multiplication: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a * b }
}

/// factor · x.
struct Scaling: UnaryMap {
  let factor: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { x * factor }
}

extension Tensor {
  /// The quotient of each pair of values, the smaller operand stretched as in NumPy.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    let b = right.detached()
    let (leftShape, rightShape) = (left.shape, right.shape)
    let output = Elementwise.map(left, right, Division(), "divide")
    return output.recorded(
      "divide", from: left, right,
      pullbacks: { ($0 / b).summed(to: leftShape) }, { -($0 * output / b).summed(to: rightShape) })
  }

  /// Each value divided by `right`.
  public static func / (left: Tensor, right: Float) -> Tensor {
    Elementwise.map(left, Quotient(divisor: right)).recorded("divide", from: left) { $0 / right }
  }

  /// `left` divided by each value.
  public static func / (left: Float, right: Tensor) -> Tensor {
    right.applying(Inverse(scale: left), "divide")
  }
}

private struct Division: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a / b }
}

/// x / divisor.
private struct Quotient: UnaryMap {
  let divisor: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { x / divisor }
}

/// scale / x.
private struct Inverse: UnaryFunction {
  static let saved = SavedValue.input
  let scale: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { scale / x }

  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector { -g * scale / (x * x) }
}
