/// One step of Adam with decoupled weight decay for a piece of a parameter, all in one pass over memory.
///
/// `m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← decay·θ − rate·m / (√v·denominatorScale + ε)`: Loshchilov and
/// Hutter, ICLR 2019, with both bias corrections in the factors.
public struct AdamUpdate: Sendable {
  private let decay: Float, rate: Float, denominatorScale: Float
  private let beta1: Float, beta2: Float, epsilon: Float
  private let gradientScale: Float

  /// The update with these factors; every gradient is multiplied by `gradientScale` first.
  public init(
    decay: Float, rate: Float, denominatorScale: Float, beta1: Float, beta2: Float, epsilon: Float,
    gradientScale: Float
  ) {
    self.decay = decay
    self.rate = rate
    self.denominatorScale = denominatorScale
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.gradientScale = gradientScale
  }

  /// Changes the parameter's values and both running means.
  ///
  /// - Precondition: the spans have the same length and are parts of tensors.
  public func apply(
    _ values: inout MutableSpan<Float>, first: inout MutableSpan<Float>, second: inout MutableSpan<Float>,
    gradient: Span<Float>
  ) {
    let count = gradient.count
    precondition(
      values.count == count && first.count == count && second.count == count,
      "AdamUpdate: spans of \(values.count), \(first.count), \(second.count) and \(count) values")
    values.withUnsafeMutableBufferPointer { values in
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          gradient.withUnsafeBufferPointer { gradient in
            guard let values = values.baseAddress, let first = first.baseAddress,
              let second = second.baseAddress, let gradient = gradient.baseAddress
            else { return }
            run(count, values, first, second, gradient)
          }
        }
      }
    }
  }

  private func run(
    _ count: Int, _ values: UnsafeMutablePointer<Float>, _ first: UnsafeMutablePointer<Float>,
    _ second: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>
  ) {
    for index in stride(from: 0, to: count, by: 16) {
      let slope = Vector(at: gradient + index) * gradientScale
      let mean = beta1 * Vector(at: first + index) + (1 - beta1) * slope
      let square = beta2 * Vector(at: second + index) + (1 - beta2) * (slope * slope)
      let step = rate * mean / (VectorMath.squareRoot(square) * denominatorScale + epsilon)
      let value = Vector(at: values + index) * decay - step
      mean.store(to: first + index, count: count &- index)
      square.store(to: second + index, count: count &- index)
      value.store(to: values + index, count: count &- index)
    }
  }
}
