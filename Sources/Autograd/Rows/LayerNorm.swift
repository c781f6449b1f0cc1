extension Tensor {
  /// Normalises each run of the last axis with its own statistics:
  /// `scale · (x − mean) / √(variance + epsilon) + offset` (Ba, Kiros and Hinton 2016).
  ///
  /// The variance is biased, as in PyTorch. `scale` and `offset` are `[channels]`; the output has this
  /// tensor's shape.
  ///
  /// - Precondition: `scale` and `offset` have one value for each index of the last axis.
  public func layerNorm(scale: Tensor, offset: Tensor, epsilon: Float) -> Tensor {
    let channels = shape.last ?? 0
    precondition(
      scale.shape == [channels] && offset.shape == [channels],
      "layerNorm: scale \(scale.shape) and offset \(offset.shape) for the shape \(shape), not [\(channels)]")
    let kernel = LayerNormKernel(detached(), scale: scale.detached())
    return kernel.output(offset: offset, epsilon: epsilon)
      .recorded("layerNorm", from: [self, scale, offset]) { gradient in
        let gradients = kernel.gradients(gradient)
        return [gradients.input, gradients.scale, gradients.offset]
      }
  }
}
