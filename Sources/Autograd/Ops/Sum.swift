extension Tensor {
  /// The sum of all values, as a scalar.
  public func sum() -> Tensor {
    let chunk = 1 << 14
    let shape = self.shape
    let input = detached()
    let pieces = Tensor(shape: [max(1, (count + chunk - 1) / chunk)]) { out in
      parallelFill(&out, grain: 1) { part, piece in
        part[0] = input.withSpan { x in
          var total = 0.0
          for index in piece * chunk..<min(x.count, (piece + 1) * chunk) { total += Double(x[index]) }
          return Float(total)
        }
      }
    }
    return Tensor(pieces.scalars.reduce(0, +)).recorded("sum", from: self) { gradient in
      Tensor(repeating: gradient.scalar, shape: shape)
    }
  }
}
