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
    if q[0] * q[1] * q[2] == 0 || v[3] == 0 {
      return Tensor.zeros([q[0], q[1], q[2], v[3]]).recorded("attention", from: [query, key, value]) { _ in
        [.zeros(q), .zeros(k), .zeros(v)]
      }
    }
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

extension Tensor {
  /// Self-attention of packed tokens `[batch, tokens, 3 · width]`, as a transformer's `qkv` layer makes them.
  ///
  /// The last axis holds all queries, then all keys, then all values, and within each one head after the
  /// other (timm's order). Each head has `width / heads` channels, the scale is their inverse square root,
  /// and the output is `[batch, tokens, width]`, head after head. Nothing is copied or transposed.
  ///
  /// - Precondition: there are three axes, and the last extent is positive and divides by `3 · heads`.
  public func attention(heads: Int) -> Tensor {
    let shape = self.shape
    if rank == 3, count == 0, heads > 0, shape[2] > 0, shape[2] % (3 * heads) == 0 {
      return Tensor.zeros([shape[0], shape[1], shape[2] / 3]).recorded("attention", from: self) { _ in
        .zeros(shape)
      }
    }
    let kernel = packedAttention("attention", heads)
    let output = AttentionOperand(packed: detached().shape, heads: heads)
    let logSums = kernel.forward(into: output)
    return output.tensor.recorded("attention", from: self, work: kernel.work) { gradient in
      let input = Tensor(shape: shape, storage: Storage(count: shape.elementCount))
      kernel.backward(
        AttentionOperand(tensor: gradient, layout: output.layout), output: output, logSums: logSums,
        into: (
          AttentionOperand(third: 0, of: input, heads: heads),
          AttentionOperand(third: 1, of: input, heads: heads),
          AttentionOperand(third: 2, of: input, heads: heads)
        ))
      return input
    }
  }

  /// The weights that `attention(heads:)` gives each token for each query: `[batch, heads, tokens, tokens]`.
  ///
  /// Each row adds up to 1. For inspection: no gradient passes through.
  ///
  /// - Precondition: as for `attention(heads:)`, and there is at least one token.
  public func attentionWeights(heads: Int) -> Tensor {
    packedAttention("attentionWeights", heads).weights()
  }

  private func packedAttention(_ operation: String, _ heads: Int) -> AttentionKernel {
    precondition(
      rank == 3 && heads > 0 && shape[2] % (3 * heads) == 0 && shape[1] > 0 && shape[2] > 0,
      "\(operation): the shape \(shape) is not [batch, tokens, 3 · width] with a width of \(heads) heads")
    let x = detached()
    let channels = shape[2] / 3 / heads
    return AttentionKernel(
      query: AttentionOperand(third: 0, of: x, heads: heads),
      key: AttentionOperand(third: 1, of: x, heads: heads),
      value: AttentionOperand(third: 2, of: x, heads: heads), batch: shape[0], heads: heads,
      queries: shape[1],
      keys: shape[1], channels: (channels, channels), scale: 1 / Float(channels).squareRoot())
  }
}

extension AttentionOperand {
  /// The queries (0), keys (1) or values (2) of packed tokens `[batch, tokens, 3 · width]`.
  fileprivate init(third: Int, of packed: Tensor, heads: Int) {
    let (tokens, width) = (packed.shape[1], packed.shape[2] / 3)
    self.init(
      tensor: packed,
      layout: AttentionLayout(
        start: third * width, sample: tokens * 3 * width, head: width / heads, row: 3 * width))
  }

  /// Room for the output of packed tokens of `shape`: `[batch, tokens, width]`.
  fileprivate init(packed shape: Shape, heads: Int) {
    let (tokens, width) = (shape[1], shape[2] / 3)
    self.init(
      tensor: Tensor(shape: [shape[0], tokens, width], storage: Storage(count: shape[0] * tokens * width)),
      layout: AttentionLayout(sample: tokens * width, head: width / heads, row: width))
  }
}

extension AttentionKernel {
  /// Two products forward; backward five, because the scores are computed again.
  var work: Work {
    let pairs = batch * heads * queries * keys
    return Work(
      forward: pairs * (channels.key + channels.value),
      backward: pairs * (3 * channels.key + 2 * channels.value))
  }
}
