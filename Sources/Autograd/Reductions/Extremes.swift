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
