/// Where the rows of each head lie in memory.
struct AttentionLayout: Sendable {
  /// The first value of the first head.
  let start: Int
  /// The distances in values between neighbouring samples, heads and tokens.
  let sample: Int
  let head: Int
  let row: Int

  init(start: Int = 0, sample: Int, head: Int, row: Int) {
    self.start = start
    self.sample = sample
    self.head = head
    self.row = row
  }

  /// The layout of a whole tensor `[batch, heads, tokens, channels]`.
  init(_ shape: Shape) {
    self.init(sample: shape[1] * shape[2] * shape[3], head: shape[2] * shape[3], row: shape[3])
  }

  /// The first value of one head.
  func offset(sample index: Int, head number: Int) -> Int { start + index * sample + number * head }
}

/// One of the matrices of every head: a tensor and how its rows lie in it.
struct AttentionOperand: Sendable {
  let tensor: Tensor
  let layout: AttentionLayout

  /// The rows of one head.
  func view(_ head: AttentionHead, transposed: Bool = false) -> MatrixView {
    MatrixView(pointer(head, row: 0), stride: layout.row, transposed: transposed)
  }

  /// Where one row of one head starts.
  func pointer(_ head: AttentionHead, row: Int) -> UnsafeMutablePointer<Float> {
    tensor.storage.base + layout.offset(sample: head.sample, head: head.number) + row * layout.row
  }
}

/// One head of one sample.
struct AttentionHead: Sendable {
  let sample: Int
  let number: Int
}
