public import Autograd
public import Testing

/// Fixed pseudo-random tensors.
public enum Sample {
  /// Values of the standard normal distribution from the stream called `name`.
  public static func tensor(_ name: String, _ shape: Shape) -> Tensor {
    var random = Philox(seed: 1, name: name)
    return Tensor((0..<shape.elementCount).map { _ in random.normal() }, shape: shape)
  }
}

/// Checks that the output and all gradients are the same bytes on one, two and five threads, or as many as
/// `SEEDLING_THREADS` or the machine allow.
public func expectSameBytesForAnyThreads(
  _ inputs: [Tensor], sourceLocation: SourceLocation = #_sourceLocation, _ body: ([Tensor]) -> Tensor
) {
  func bits(_ threads: Int) -> [[UInt32]] {
    Parallel.$threadLimit.withValue(threads) {
      let tracked = inputs.map { $0.tracked() }
      let output = body(tracked)
      let gradients = output.gradients(from: Sample.tensor("cotangent", output.shape))
      return ([output] + tracked.compactMap { gradients[$0] }).map { $0.scalars.map(\.bitPattern) }
    }
  }
  let one = bits(1)
  #expect(bits(2) == one, "two threads give other values than one", sourceLocation: sourceLocation)
  #expect(bits(5) == one, "five threads give other values than one", sourceLocation: sourceLocation)
}
