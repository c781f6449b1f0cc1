import Autograd
import COpenBLAS
import TestSupport
import Testing

/// Products of the sizes that networks have, against OpenBLAS on one thread.
@Suite struct OpenBLASTests {
  /// Rows, depth and columns: a transformer's layers, a convolution's im2col, a classifier, and odd ends.
  static let sizes = [(197, 192, 576), (784, 1152, 128), (8, 2048, 20), (1001, 333, 65)]

  /// `op(a)·op(b)` of row-major matrices.
  private static func product(
    _ a: Tensor, _ b: Tensor, transposingLeft: Bool = false, transposingRight: Bool = false, rows: Int,
    depth: Int, columns: Int
  ) -> Tensor {
    openblas_set_num_threads(1)
    var result = [Float](repeating: 0, count: rows * columns)
    cblas_sgemm(
      CblasRowMajor, transposingLeft ? CblasTrans : CblasNoTrans,
      transposingRight ? CblasTrans : CblasNoTrans,
      Int32(rows), Int32(columns), Int32(depth), 1, a.scalars, Int32(a.shape[1]), b.scalars,
      Int32(b.shape[1]), 0, &result, Int32(columns))
    return Tensor(result, shape: [rows, columns])
  }

  /// The partial sums of n products of standard normal numbers are as large as √n.
  private static func tolerance(_ terms: Int) -> Float {
    TestSupport.tolerance(terms: terms, scale: Float(terms).squareRoot())
  }

  @Test(arguments: sizes) func linearAndItsGradients(rows: Int, depth: Int, columns: Int) {
    let input = Sample.tensor("input", [rows, depth]).tracked()
    let weight = Sample.tensor("weight", [columns, depth]).tracked()
    let slope = Sample.tensor("slope", [rows, columns])
    let output = input.linear(weight)
    let gradients = output.gradients(from: slope)
    expectClose(
      output, Self.product(input, weight, transposingRight: true, rows: rows, depth: depth, columns: columns),
      tolerance: Self.tolerance(depth), "output")
    expectClose(
      gradients[input] ?? .zeros([]),
      Self.product(slope, weight, rows: rows, depth: columns, columns: depth),
      tolerance: Self.tolerance(columns), "gradient of the input")
    expectClose(
      gradients[weight] ?? .zeros([]),
      Self.product(slope, input, transposingLeft: true, rows: columns, depth: rows, columns: depth),
      tolerance: Self.tolerance(rows), "gradient of the weight")
  }

  @Test(arguments: sizes) func matmul(rows: Int, depth: Int, columns: Int) {
    let left = Sample.tensor("left", [rows, depth])
    let right = Sample.tensor("right", [depth, columns])
    expectClose(
      left.matmul(right), Self.product(left, right, rows: rows, depth: depth, columns: columns),
      tolerance: Self.tolerance(depth), "matmul")
  }
}
