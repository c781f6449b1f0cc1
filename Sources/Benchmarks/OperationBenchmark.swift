import Autograd
import Foundation

/// One operation at a size that occurs in training, and what it costs at least.
struct OperationBenchmark: Sendable {
  /// The least that a call must do: multiplications and additions, or bytes moved.
  enum Work: Sendable {
    case operations(Double)
    case bytes(Double)
  }

  let name: String
  /// The shapes of the inputs.
  let shapes: [Shape]
  /// The work of a call, and of its gradients.
  let forward: Work
  let backward: Work
  let body: @Sendable ([Tensor]) -> Tensor

  /// An operation that is limited by arithmetic: the gradients of both factors cost as much as the value
  /// each.
  static func product(
    _ name: String, _ shapes: [Shape], operations: Int, _ body: @escaping @Sendable ([Tensor]) -> Tensor
  ) -> OperationBenchmark {
    OperationBenchmark(
      name: name, shapes: shapes, forward: .operations(Double(operations)),
      backward: .operations(2 * Double(operations)), body: body)
  }

  /// An operation that is limited by memory: the passes over its input that forward and backward need.
  static func memory(
    _ name: String, _ shapes: [Shape], passes: (forward: Double, backward: Double),
    _ body: @escaping @Sendable ([Tensor]) -> Tensor
  ) -> OperationBenchmark {
    let bytes = 4 * Double(shapes[0].elementCount)
    return OperationBenchmark(
      name: name, shapes: shapes, forward: .bytes(passes.forward * bytes),
      backward: .bytes(passes.backward * bytes), body: body)
  }

  /// Measures the call, or its gradients alone.
  func run(runs: Int, gradient: Bool) -> OperationResult {
    let inputs = shapes.enumerated().map { index, shape in
      var random = Philox(seed: 1, name: "\(name) \(index)")
      let tensor = Tensor((0..<shape.elementCount).map { _ in random.uniform(in: -1...1) }, shape: shape)
      return gradient ? tensor.tracked() : tensor
    }
    let measurement: Measurement
    if gradient {
      let output = body(inputs)
      let cotangent = Tensor.ones(output.shape)
      measurement = Measurement(runs: runs, warmUp: 2) {
        _ = output.gradients(from: cotangent, retainingGraph: true)
      }
    } else {
      measurement = Measurement(runs: runs, warmUp: 2) { _ = body(inputs) }
    }
    return OperationResult(
      op: name, gradient: gradient, threads: Parallel.threadCount, measurement: measurement,
      work: gradient ? backward : forward)
  }
}

/// The time of one operation.
public struct OperationResult: BenchmarkResult {
  let op: String
  let gradient: Bool
  let threads: Int
  /// The median and the fastest run.
  let seconds: Double
  let bestSeconds: Double
  /// Billions of multiplications and additions per second, where arithmetic limits the operation.
  let gflops: Double?
  /// Billions of bytes per second, where memory limits it.
  let gigabytesPerSecond: Double?

  init(op: String, gradient: Bool, threads: Int, measurement: Measurement, work: OperationBenchmark.Work) {
    self.op = op
    self.gradient = gradient
    self.threads = threads
    seconds = measurement.median
    bestSeconds = measurement.best
    switch work {
    case .operations(let count): (gflops, gigabytesPerSecond) = (count / seconds / 1e9, nil)
    case .bytes(let count): (gflops, gigabytesPerSecond) = (nil, count / seconds / 1e9)
    }
  }

  public var summary: String {
    let rate = gflops.map { ($0, "GFLOP/s") } ?? gigabytesPerSecond.map { ($0, "GB/s") } ?? (0, "")
    let name = (op + (gradient ? " (gradient)" : "")).padding(toLength: 32, withPad: " ", startingAt: 0)
    return name
      + String(
        format: "%9.3f ms (best %.3f) %8.1f %@", seconds * 1e3, bestSeconds * 1e3, rate.0, rate.1)
  }
}
