extension Tensor {
  /// Scaled dot-product attention, `softmax(scale · query · keyᵀ) · value`, for every head.
  ///
  /// `query` is `[batch, heads, queries, channels]`, `key` `[batch, heads, keys, channels]` and `value`
  /// `[batch, heads, keys, valueChannels]`; the output is `[batch, heads, queries, valueChannels]`
  /// (Vaswani et al. 2017, section 3.2.1). Nothing of the size queries × keys is kept.
  ///
  /// - Precondition: the shapes fit, there is at least one key, and `scale` is positive.
  public static func attention(query: Tensor, key: Tensor, value: Tensor, scale: Float) -> Tensor {
    let (q, k, v) = (query.shape, key.shape, value.shape)
    precondition(
      q.rank == 4 && k.rank == 4 && v.rank == 4 && k == [q[0], q[1], k[2], q[3]]
        && v == [q[0], q[1], k[2], v[3]],
      "attention: query \(q), key \(k) and value \(v) do not fit together")
    precondition(k[2] > 0, "attention: the key \(k) holds no token")
    precondition(scale > 0, "attention: the scale \(scale) is not positive")
    let kernel = AttentionKernel(
      query: AttentionOperand(query), key: AttentionOperand(key), value: AttentionOperand(value), batch: q[0],
      heads: q[1], queries: q[2], keys: k[2], channels: (q[3], v[3]), scale: scale)
    let output = AttentionOperand(uninitialised: [q[0], q[1], q[2], v[3]])
    let logSums = kernel.forward(into: output)
    return output.tensor.recorded("attention", from: [query, key, value], work: kernel.work) { gradient in
      let gradients = (
        query: AttentionOperand(uninitialised: q), key: AttentionOperand(uninitialised: k),
        value: AttentionOperand(uninitialised: v)
      )
      kernel.backward(AttentionOperand(gradient), output: output, logSums: logSums, into: gradients)
      return [gradients.query.tensor, gradients.key.tensor, gradients.value.tensor]
    }
  }
}

extension AttentionOperand {
  /// The heads of a tensor `[batch, heads, tokens, channels]`.
  fileprivate init(_ tensor: Tensor) {
    self.init(tensor: tensor.detached(), layout: AttentionLayout(tensor.shape))
  }

  /// Room for the heads of a tensor of `shape`.
  fileprivate init(uninitialised shape: Shape) {
    self.init(
      tensor: Tensor(shape: shape, storage: Storage(count: shape.elementCount)),
      layout: AttentionLayout(shape))
  }
}
