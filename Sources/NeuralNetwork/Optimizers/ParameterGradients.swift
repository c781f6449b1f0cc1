public import Autograd

/// The gradients of parameters by name: what accumulation adds up, clipping scales and optimizers read.
public struct ParameterGradients: Sendable {
  private var values: [String: Tensor] = [:]
  /// The factor that optimizers multiply every gradient with; clipping lowers it instead of rewriting them.
  public private(set) var scale: Float = 1

  /// The gradients of `parameters` in `gradients`; parameters that the scalar does not depend on have none.
  public init(_ gradients: Gradients, of parameters: [Parameter]) {
    for parameter in parameters { values[parameter.name] = gradients[parameter] }
  }

  /// The gradient of `parameter` before the common `scale`, or `nil` if there is none.
  public subscript(parameter: Parameter) -> Tensor? { values[parameter.name] }

  /// The square root of the sum of all squared gradients.
  public var norm: Float {
    let squares = values.keys.sorted().reduce(0.0) { $0 + (values[$1].map(sumOfSquares) ?? 0) }
    return Float(squares.squareRoot()) * scale
  }

  /// The first parameter by name whose gradient is not finite, or so large that its squares are not; `nil` if
  /// `norm` is finite.
  public var notFinite: String? {
    values.keys.sorted().first { name in values[name].map { !sumOfSquares($0).isFinite } ?? false }
  }

  /// Scales all gradients down together so that their norm is at most `maximum`, and returns the norm before.
  ///
  /// The factor is `maximum / (norm + 1e-6)` as in PyTorch's `clip_grad_norm_`.
  @discardableResult
  public mutating func clip(toNorm maximum: Float) -> Float {
    let norm = norm
    scale *= min(1, maximum / (norm + 1e-6))
    return norm
  }

  /// Adds the gradients of a further part of the batch.
  mutating func add(_ other: ParameterGradients) {
    precondition(scale == 1 && other.scale == 1, "gradients: accumulate before clipping")
    for (name, gradient) in other.values {
      guard var sum = values.removeValue(forKey: name) else {
        values[name] = gradient
        continue
      }
      sum.mutate { total in
        parallelFill(&total, grain: updateGrain) { part, start in
          gradient.withSpan { values in
            let values = values.extracting(start..<start + part.count)
            for index in part.indices { part[index] += values[index] }
          }
        }
      }
      values[name] = sum
    }
  }

  /// Multiplies the common scale.
  mutating func multiply(by factor: Float) { scale *= factor }
}

/// Adds up the gradients of several partial batches before one step of the optimizer.
public struct GradientAccumulator {
  private var sum: ParameterGradients?
  /// The number of partial batches since the last `take()`.
  public private(set) var count = 0

  /// An accumulator that holds nothing yet.
  public init() {}

  /// Adds the gradients of the next partial batch.
  public mutating func add(_ gradients: ParameterGradients) {
    count += 1
    guard var total = sum.take() else {
      sum = gradients
      return
    }
    total.add(gradients)
    sum = total
  }

  /// The mean over the partial batches, or `nil` if there were none; starts anew.
  public mutating func take() -> ParameterGradients? {
    var mean = sum.take()
    mean?.multiply(by: 1 / Float(max(count, 1)))
    count = 0
    return mean
  }
}

/// The number of values that one piece of a parallel update works on.
let updateGrain = 1 << 15

/// The sum of the squares, in chunks of 16 lanes whose partial sums are added in `Double`.
private func sumOfSquares(_ tensor: Tensor) -> Double {
  let chunk = 1 << 12
  let sums = Tensor(shape: [max(1, (tensor.count + chunk - 1) / chunk)]) { out in
    parallelFill(&out, grain: 8) { part, first in
      tensor.withUnsafeScalars { values in
        for piece in part.indices {
          let start = (first + piece) * chunk
          part[piece] = sumOfSquares(values[start..<min(values.count, start + chunk)])
        }
      }
    }
  }
  return sums.scalars.reduce(0.0) { $0 + Double($1) }
}

private func sumOfSquares(_ values: Slice<UnsafeBufferPointer<Float>>) -> Float {
  let values = UnsafeBufferPointer(rebasing: values)
  var lanes = SIMD16<Float>(repeating: 0)
  let whole = values.count / 16 * 16
  guard let base = values.baseAddress else { return 0 }
  for index in stride(from: 0, to: whole, by: 16) {
    let vector = UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<Float>.self)
    lanes.addProduct(vector, vector)
  }
  var sum = lanes.sum()
  for index in whole..<values.count { sum += values[index] * values[index] }
  return sum
}
