extension Tensor {
  /// The sum over `axes`; with `keepingAxes` they stay, with extent 1.
  ///
  /// - Precondition: each axis occurs in the shape, at most once.
  public func sum(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let plan = ReductionPlan(shape, axes: axes, keepingAxes: keepingAxes, "sum")
    let shape = shape
    return totals(plan).recorded("sum", from: self) { gradient in
      gradient.reshaped(to: plan.stretchable).stretched(to: shape)
    }
  }

  /// The sum of all values, as a scalar.
  public func sum() -> Tensor { sum(axes: Array(0..<rank)) }

  /// The sum over the axes along which a tensor of shape `target` was stretched to this one's.
  func summed(to target: Shape) -> Tensor {
    if shape == target { return self }
    let added = rank - target.rank
    let axes = shape.indices.filter { $0 < added || (target[$0 - added] == 1 && shape[$0] != 1) }
    let plan = ReductionPlan(shape, axes: axes, keepingAxes: true, "sum")
    return totals(plan).reshaped(to: target)
  }

  private func totals(_ plan: ReductionPlan) -> Tensor {
    var values = detached()
    for step in plan.steps {
      values = Reduction<Addition>.reduce(values, outer: step.outer, count: step.count, inner: step.inner)
    }
    return values.reshaped(to: plan.result)
  }
}

private enum Addition: Reducer {
  static var identity: Float { 0 }

  @inline(__always)
  static func combine(_ a: Vector, _ b: Vector) -> Vector { a + b }

  @inline(__always)
  static func combine(_ a: Double, _ b: Double) -> Double { a + b }
}
