/// Six rows by one column block of `c += aᵀ·b`: the sum of outer products over pixels.
///
/// Each line of `a` is a list of contiguous values wherever it lies, found through a table of pointers; the
/// kernel reads six of them at a constant distance. `b` is packed: one line of a column block per pixel.
/// This is the weight gradient of convolutions and linear maps, which so copies neither operand as a whole.
struct OuterKernel {
  static let rows = 6

  /// Where the line of each pixel starts; the six rows are its values from `offset` on.
  let table: UnsafePointer<UnsafePointer<Float>>
  let offset: Int
  let pixels: Int
  let columns: UnsafePointer<Float>
  /// The first of the six lines that the products are added to, and the distance between them.
  let target: UnsafeMutablePointer<Float>
  let stride: Int
  /// Whether the target's values count; otherwise they are overwritten.
  let isAccumulating: Bool

  /// Runs the kernel for a column block of `vectors` vectors.
  @inline(__always)
  func run(vectors: Int) {
    switch vectors {
    case 1: run(OneVector.self)
    case 2: run(TwoVectors.self)
    case 3: run(ThreeVectors.self)
    default: run(FourVectors.self)
    }
  }

  @inline(never)
  private func run<Columns: ColumnBlock>(_: Columns.Type) {
    var (r0, r1, r2, r3, r4, r5) = (Columns(), Columns(), Columns(), Columns(), Columns(), Columns())
    if isAccumulating {
      r0 = Columns(loading: target)
      r1 = Columns(loading: target + stride)
      r2 = Columns(loading: target + 2 * stride)
      r3 = Columns(loading: target + 3 * stride)
      r4 = Columns(loading: target + 4 * stride)
      r5 = Columns(loading: target + 5 * stride)
    }
    var b = columns
    for pixel in 0..<pixels {
      let a = table[pixel] + offset
      let line = Columns(loading: b)
      r0.add(a[0], times: line)
      r1.add(a[1], times: line)
      r2.add(a[2], times: line)
      r3.add(a[3], times: line)
      r4.add(a[4], times: line)
      r5.add(a[5], times: line)
      b += Columns.width
    }
    r0.store(to: target)
    r1.store(to: target + stride)
    r2.store(to: target + 2 * stride)
    r3.store(to: target + 3 * stride)
    r4.store(to: target + 4 * stride)
    r5.store(to: target + 5 * stride)
  }
}
