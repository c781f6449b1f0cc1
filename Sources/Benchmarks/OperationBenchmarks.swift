import Autograd

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
