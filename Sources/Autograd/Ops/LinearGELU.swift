extension Tensor {
  /// `gelu(x·weightᵀ + bias)` over the last axis: `[…, in]` → `[…, out]` with a weight of `[out, in]`.
  ///
  /// What `linear` and `gelu` give one after the other, but the product is not written to memory in between.
  ///
  /// - Precondition: the last axis has the weight's `in`, and the bias has `out` values.
  public func linearGELU(_ weight: Tensor, bias: Tensor? = nil) -> Tensor {
    let product = LinearProduct("linearGELU", self, weight, bias: bias)
    let inputs = [self, weight] + (bias.map { [$0] } ?? [])
    guard inputs.contains(where: \.isTracked) else {
      return product.forward(self, weight, bias: bias) { GELU.replace($0) }
        .recorded("linearGELU", from: inputs, work: product.work) { _ in [] }
    }
    let slope = Storage(count: product.rows * product.outputs)
    let output = product.forward(self, weight, bias: bias) {
      GELU.replace($0, slopes: slope.base)
    }
    let slopes = Tensor(shape: output.shape, storage: slope)
    return output.recorded("linearGELU", from: inputs, work: product.work) {
      product.gradients($0 * slopes)
    }
  }
}

extension GELU {
  /// Replaces values by what the function makes of them.
  fileprivate static func replace(_ block: ProductBlock) {
    block.forEachRun { first, _, count in
      let values = block.base + first
      for index in stride(from: 0, to: count, by: 16) {
        GELU().value(Vector(at: values + index)).store(to: values + index, count: count &- index)
      }
    }
  }

  /// Replaces values by what the function makes of them, and writes its slopes.
  fileprivate static func replace(_ block: ProductBlock, slopes: UnsafeMutablePointer<Float>) {
    block.forEachRun { first, _, count in
      let (values, slopes) = (block.base + first, slopes + first)
      for index in stride(from: 0, to: count, by: 16) {
        let (value, slope) = valueAndSlope(Vector(at: values + index))
        value.store(to: values + index, count: count &- index)
        slope.store(to: slopes + index, count: count &- index)
      }
    }
  }
}
