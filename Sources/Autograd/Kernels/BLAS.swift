import COpenBLAS

/// The only user of OpenBLAS: single-precision products on the calling thread.
enum BLAS {
  private static let isPrepared: Bool = {
    openblas_set_num_threads(1)
    return true
  }()

  /// `c = a·b`, or `c += a·b` when accumulating: `a` is `rows` × `depth`, `b` is `depth` × `columns`.
  static func multiply(
    rows: Int, columns: Int, depth: Int, _ a: MatrixView, _ b: MatrixView, accumulating: Bool = false,
    into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    guard isPrepared, rows > 0, columns > 0 else { return }
    cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
      Int32(rows), Int32(columns), Int32(depth), 1, a.base, Int32(a.stride), b.base, Int32(b.stride),
      accumulating ? 1 : 0, c, Int32(stride))
  }
}
