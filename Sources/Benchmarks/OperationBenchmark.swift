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

/// The operations that `benchmark op` measures, at sizes of a training step on 8 images of 224 × 224 pixels.
public enum OperationBenchmarks {
  /// The names of all operations.
  public static var names: [String] { all.map(\.name) }

  /// Measures the operation called `name`, or its gradients alone; `nil` if there is none.
  public static func run(_ name: String, runs: Int, gradient: Bool) -> OperationResult? {
    all.first { $0.name == name }?.run(runs: runs, gradient: gradient)
  }

  private static let map: Shape = [8, 56, 56, 64]
  private static let stem: Shape = [8, 112, 112, 64]
  private static let tokens: Shape = [8, 197, 192]

  static let all: [OperationBenchmark] = products + maps + rows

  private static let products: [OperationBenchmark] = [
    .product("conv-stem", [[8, 224, 224, 3], [7, 7, 3, 64]], operations: 2 * 8 * 112 * 112 * 64 * 147) {
      $0[0].conv2D($0[1], stride: 2, padding: 3)
    },
    .product("conv-3x3", [map, [3, 3, 64, 64]], operations: 2 * 8 * 56 * 56 * 64 * 576) {
      $0[0].conv2D($0[1], padding: 1)
    },
    .product(
      "conv-3x3-wide", [[8, 14, 14, 256], [3, 3, 256, 256]], operations: 2 * 8 * 14 * 14 * 256 * 2304
    ) {
      $0[0].conv2D($0[1], padding: 1)
    },
    .product("conv-1x1", [[8, 28, 28, 128], [1, 1, 128, 512]], operations: 2 * 8 * 28 * 28 * 128 * 512) {
      $0[0].conv2D($0[1])
    },
    .product("conv-depthwise", [[8, 56, 56, 144], [3, 3, 1, 144]], operations: 2 * 8 * 56 * 56 * 144 * 9) {
      $0[0].conv2D($0[1], padding: 1, groups: 144)
    },
    .product(
      "conv-deformable", [[8, 14, 14, 256], [3, 3, 256, 256], [8, 14, 14, 18]],
      operations: 2 * 8 * 14 * 14 * 256 * 2304
    ) {
      $0[0].deformableConv2D($0[1], offsets: 2 * $0[2], padding: 1)
    },
    .product("linear", [tokens, [768, 192], [768]], operations: 2 * 8 * 197 * 192 * 768) {
      $0[0].linear($0[1], bias: $0[2])
    },
    .product("matmul", [[1024, 1024], [1024, 1024]], operations: 2 << 30) { $0[0].matmul($0[1]) },
    .product("attention", [[8, 197, 576]], operations: 4 * 8 * 3 * 197 * 197 * 64) {
      $0[0].attention(heads: 3)
    },
  ]

  private static let maps: [OperationBenchmark] = [
    .memory("batch-norm", [stem, [64], [64]], passes: (3, 5)) {
      $0[0].batchNorm(scale: $0[1], offset: $0[2], epsilon: 1e-5).output
    },
    .memory("relu", [stem], passes: (2, 3)) { $0[0].relu() },
    .memory("max-pool", [stem], passes: (1.25, 1.5)) { $0[0].maxPool2D(window: 3, stride: 2, padding: 1) },
    .memory("resize", [[1, 28, 28, 21]], passes: (256, 256)) {
      $0[0].resized(height: 448, width: 448, .bilinear)
    },
  ]

  private static let rows: [OperationBenchmark] = [
    .memory("layer-norm", [tokens, [192], [192]], passes: (2, 3)) {
      $0[0].layerNorm(scale: $0[1], offset: $0[2], epsilon: 1e-6)
    }
  ]
}
