extension Tensor {
  /// The largest values over `axes`; with `keepingAxes` they stay, with extent 1. NaN wins.
  ///
  /// The gradient goes to the first of several equal values.
  ///
  /// - Precondition: each axis occurs in the shape, at most once.
  public func maximum(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    extreme(Largest.self, axes, keepingAxes, "maximum")
  }

  /// The largest of all values, as a scalar.
  public func maximum() -> Tensor { maximum(axes: Array(0..<rank)) }
}

private enum Largest: Reducer {
  static var identity: Float { -.infinity }

  @inline(__always)
  static func combine(_ a: Vector, _ b: Vector) -> Vector { a.maximum(b) }

  @inline(__always)
  static func combine(_ a: Double, _ b: Double) -> Double { a >= b || a.isNaN ? a : b }
}

extension Tensor {
  /// The smallest values over `axes`; with `keepingAxes` they stay, with extent 1. NaN wins.
  ///
  /// The gradient goes to the first of several equal values.
  ///
  /// - Precondition: each axis occurs in the shape, at most once.
  public func minimum(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    extreme(Smallest.self, axes, keepingAxes, "minimum")
  }

  /// The smallest of all values, as a scalar.
  public func minimum() -> Tensor { minimum(axes: Array(0..<rank)) }
}

private enum Smallest: Reducer {
  static var identity: Float { .infinity }

  @inline(__always)
  static func combine(_ a: Vector, _ b: Vector) -> Vector { a.minimum(b) }

  @inline(__always)
  static func combine(_ a: Double, _ b: Double) -> Double { a <= b || a.isNaN ? a : b }
}

extension Tensor {
  /// The extremes of `Kind` over `axes`, recorded step by step.
  func extreme<Kind: Reducer>(
    _ kind: Kind.Type, _ axes: [Int], _ keepingAxes: Bool, _ operation: String
  ) -> Tensor {
    let plan = ReductionPlan(shape, axes: axes, keepingAxes: keepingAxes, operation)
    precondition(plan.count > 0, "\(operation): the axes \(axes) of \(shape) hold no value")
    let extremes = plan.steps.reduce(self) { values, step in
      let input = values.detached()
      let output = Reduction<Kind>.reduce(input, outer: step.outer, count: step.count, inner: step.inner)
      return output.recorded(operation, from: values) { $0.placed(where: input, equals: output, step) }
    }
    return extremes.reshaped(to: plan.result)
  }

  /// These gradients of `extremes` where `input`, read as `[outer, count, inner]`, first equals them, else 0.
  private func placed(where input: Tensor, equals extremes: Tensor, _ step: ReductionPlan.Step) -> Tensor {
    let output = Tensor.zeros(input.shape)
    let (gradient, values, found) = (storage, input.storage, extremes.storage)
    Parallel.forEachRange(count, grain: max(1, Elementwise.grain / step.count)) { range in
      for index in range {
        let (outer, column) = index.quotientAndRemainder(dividingBy: step.inner)
        let start = outer * step.count * step.inner + column
        let extreme = found.base[index]
        for position in 0..<step.count {
          let value = values.base[start + position * step.inner]
          if value == extreme || value.isNaN {
            output.storage.base[start + position * step.inner] = gradient.base[index]
            break
          }
        }
      }
    }
    return output
  }
}
