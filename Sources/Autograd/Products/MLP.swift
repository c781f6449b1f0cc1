extension Tensor {
  /// `gelu(x·weight₁ᵀ + bias₁)·weight₂ᵀ + bias₂` over the last axis: `[…, in]` → `[…, out]` with weights of
  /// `[hidden, in]` and `[out, hidden]`.
  ///
  /// What `linear`, `gelu` and `linear` give one after the other. The GELU and its slope are made of the
  /// first product, and the slope is multiplied with the gradient that the second one hands back, while these
  /// are in the cache.
  ///
  /// - Precondition: the last axis has the first weight's `in`, the second weight takes as many channels as
  ///   the first one gives, and the biases have one value for each output.
  public func mlp(
    _ firstWeight: Tensor, bias firstBias: Tensor? = nil, _ secondWeight: Tensor,
    bias secondBias: Tensor? = nil
  ) -> Tensor {
    let first = LinearProduct("mlp", self, firstWeight, bias: firstBias)
    let entry = [self, firstWeight] + (firstBias.map { [$0] } ?? [])
    let slope = entry.contains(where: \.isTracked) ? Storage(count: first.rows * first.outputs) : nil
    var hidden = first.forward(self, firstWeight, bias: firstBias) { block in
      if let slope { GELU.replace(block, slopes: slope.base) } else { GELU.replace(block) }
    }
    if slope != nil { hidden = hidden.tracked() }
    let second = LinearProduct("mlp", hidden, secondWeight, bias: secondBias)
    let exit = [secondWeight] + (secondBias.map { [$0] } ?? [])
    return second.forward(hidden, secondWeight, bias: secondBias)
      .recorded("mlp", from: entry + exit, work: first.work + second.work) { gradient in
        let ends = second.gradients(gradient) { block in
          if let slope { GELU.multiply(block, slopes: slope.base) }
        }
        let starts = ends[0].map { first.gradients($0) } ?? [nil, nil, nil]
        return Array(starts.prefix(entry.count)) + ends[1...].prefix(exit.count)
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

  /// Multiplies values, a gradient of what the function gave, with its slopes.
  fileprivate static func multiply(_ block: ProductBlock, slopes: UnsafePointer<Float>) {
    block.forEachRun { first, _, count in
      let (values, slopes) = (block.base + first, slopes + first)
      for index in stride(from: 0, to: count, by: 16) {
        let product = Vector(at: values + index) * Vector(at: slopes + index)
        product.store(to: values + index, count: count &- index)
      }
    }
  }
}
