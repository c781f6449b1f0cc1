extension Tensor {
  /// Values dropped to 0 with `probability`, the others divided by its complement so that the mean stays.
  ///
  /// The mask is a function of the stream and the position alone; the pullback draws it again instead of
  /// keeping it. Srivastava et al., "Dropout", JMLR 2014.
  ///
  /// - Precondition: `0 <= probability < 1`.
  public func dropout(probability: Float, random: Philox) -> Tensor {
    precondition(
      0 <= probability && probability < 1, "dropout: the probability \(probability) is not in 0..<1")
    guard probability > 0 else { return self }
    return dropping(probability, random).recorded("dropout", from: self) { $0.dropping(probability, random) }
  }

  private func dropping(_ probability: Float, _ random: Philox) -> Tensor {
    let threshold = UInt32(Double(probability) * 0x1p32)
    let scale = 1 / (1 - probability)
    let (input, output) = (storage, Storage(count: count))
    Parallel.forEachRange(count, grain: Elementwise.grain) { range in
      for block in range.lowerBound / 4..<(range.upperBound + 3) / 4 {
        let words = random.block(at: UInt64(block))
        for lane in 0..<min(4, range.upperBound - 4 * block) {
          let index = 4 * block + lane
          output.base[index] = words[lane] >= threshold ? input.base[index] * scale : 0
        }
      }
    }
    return Tensor(shape: shape, storage: output)
  }
}
