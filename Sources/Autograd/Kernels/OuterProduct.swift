/// `rows of a latticeᵀ × another matrix`, split over the cores: weight gradients.
///
/// The result has one line per value of each tap's run. A task owns a panel of columns, as many taps as keep
/// its part of the result in the second-level cache, and one part of the pixels; it packs a block of the
/// right operand that fits into the first-level cache and meets it with all its lines. Parts are added in
/// order at the end, and how many there are follows from the sizes alone.
struct OuterProduct: Sendable {
  let lattice: Lattice
  /// The length of each run, which is the number of lines per tap.
  let depth: Int
  let columns: Int

  private static let block = 112
  private static let cachedBytes = 160 << 10

  /// Writes the result to `target`, whose lines lie `stride` apart.
  ///
  /// The right operand has one line of `columns` values per row of the lattice, `rightStride` apart.
  func run(
    _ source: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
    into target: SharedPointer<Float>, stride: Int
  ) {
    let (rows, lines) = (lattice.rows, lattice.taps.count * depth)
    guard lines > 0, columns > 0 else { return }
    let source = SharedPointer(UnsafeMutablePointer(mutating: source))
    let right = SharedPointer(UnsafeMutablePointer(mutating: right))
    let panels = PackedColumns.panels(columns: columns)
    let tapGroup = max(1, Self.cachedBytes / (depth * 64 * 4))
    let groups = (lattice.taps.count + tapGroup - 1) / tapGroup
    let parts = max(1, min(16, rows / 512, (8 << 20) / (lines * columns * 4)))
    let part = max(1, (rows + parts - 1) / parts)
    let partial = parts > 1 ? Storage(count: parts * lines * columns) : nil
    Parallel.forEach(parts * panels.count * groups) { index in
      let (number, task) = index.quotientAndRemainder(dividingBy: panels.count * groups)
      let first = task % groups * tapGroup
      OuterTask(
        product: self, rows: min(rows, number * part)..<min(rows, (number + 1) * part),
        panel: panels[task / groups], taps: first..<min(lattice.taps.count, first + tapGroup),
        stride: partial == nil ? stride : columns
      ).run(
        UnsafePointer(source.pointer), UnsafePointer(right.pointer), rightStride: rightStride,
        into: partial.map { $0.base + number * lines * columns } ?? target.pointer, block: Self.block)
    }
    guard let partial else { return }
    Parallel.forEachRange(lines, grain: max(1, (1 << 14) / columns)) { range in
      for line in range {
        let sum = target.pointer + line * stride
        sum.update(from: partial.base + line * columns, count: columns)
        for number in 1..<parts {
          let values = partial.base + (number * lines + line) * columns
          for column in 0..<columns { sum[column] += values[column] }
        }
      }
    }
  }
}

/// A part of the pixels by some taps by one panel.
private struct OuterTask {
  let product: OuterProduct
  let rows: Range<Int>
  let panel: PackedColumns.Panel
  let taps: Range<Int>
  let stride: Int

  func run(
    _ source: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
    into target: UnsafeMutablePointer<Float>, block: Int
  ) {
    let (depth, width) = (product.depth, panel.width)
    let zeroCount = depth + OuterKernel.rows
    withScratch(zeroCount + (block + OuterKernel.rows) * width) { zeros in
      zeros.update(repeating: 0, count: zeroCount)
      let packed = zeros + zeroCount
      let tile = packed + block * width
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: taps.count * block) { pointers in
        guard let table = pointers.baseAddress else { return }
        var first = rows.lowerBound
        repeat {
          let piece = first..<min(rows.upperBound, first + block)
          panel.pack(MatrixView(right, stride: rightStride), lines: piece, into: packed)
          product.lattice.fillSources(
            piece, taps: taps, from: source, zeros: zeros, table: table, pitch: block)
          for (number, tap) in taps.enumerated() {
            add(
              table + number * block, pixels: piece.count, packed, tile,
              into: target + tap * depth * stride + panel.firstColumn,
              isAccumulating: first > rows.lowerBound)
          }
          first += block
        } while first < rows.upperBound
      }
    }
  }

  private func add(
    _ table: UnsafePointer<UnsafePointer<Float>>, pixels: Int, _ packed: UnsafePointer<Float>,
    _ tile: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, isAccumulating: Bool
  ) {
    let depth = product.depth
    for line in Swift.stride(from: 0, to: depth, by: OuterKernel.rows) {
      let isWhole = line + OuterKernel.rows <= depth && panel.columns == panel.width
      OuterKernel(
        table: table, offset: line, pixels: pixels, columns: packed,
        target: isWhole ? target + line * stride : tile, stride: isWhole ? stride : panel.width,
        isAccumulating: isWhole && isAccumulating
      ).run(vectors: panel.vectors)
      guard !isWhole else { continue }
      for row in 0..<min(OuterKernel.rows, depth - line) {
        let sum = target + (line + row) * stride
        let values = tile + row * panel.width
        for column in 0..<panel.columns {
          sum[column] = isAccumulating ? sum[column] + values[column] : values[column]
        }
      }
    }
  }
}
