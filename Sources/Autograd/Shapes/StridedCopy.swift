/// A rectangular copy between two places: what slicing, padding, joining, permuting and flipping have in
/// common.
struct StridedCopy: Sendable {
  /// Where one side of the copy starts, and how far it moves along each axis.
  struct Side: Sendable {
    var offset = 0
    var strides: [Int]
  }

  private struct Axis {
    var extent: Int
    var source: Int
    var target: Int
  }

  private var axes: [Axis] = []
  private let sourceOffset: Int
  private let targetOffset: Int

  /// A copy of `extents` values, in row-major order, between two places.
  init(_ extents: some Sequence<Int>, from source: Side, to target: Side) {
    sourceOffset = source.offset
    targetOffset = target.offset
    for (axis, extent) in extents.enumerated() where extent != 1 {
      let next = Axis(extent: extent, source: source.strides[axis], target: target.strides[axis])
      if let last = axes.last, last.source == next.source * extent, last.target == next.target * extent {
        axes[axes.count - 1] = Axis(
          extent: last.extent * extent, source: next.source, target: next.target)
      } else {
        axes.append(next)
      }
    }
    if axes.isEmpty { axes = [Axis(extent: 1, source: 1, target: 1)] }
  }

  /// Copies from `source` to `target`.
  func run(from source: Storage, to target: Storage) {
    let total = axes.reduce(1) { $0 * $1.extent }
    guard total > 0, let row = axes.last else { return }
    if row.source != 1, row.target == 1, let lines = axes.lastIndex(where: { $0.source == 1 }) {
      var others = axes
      transpose(lines: others.remove(at: lines), others, from: source, to: target)
      return
    }
    Parallel.forEachRange(total, grain: Elementwise.grain) { range in
      copyRows(range, UnsafePointer(source.base), target.base)
    }
  }

  /// Copies the values of `range`, row by row; rows may be as short as a pixel's colours.
  private func copyRows(
    _ range: Range<Int>, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    let (row, outer) = (axes[axes.count - 1], axes.dropLast())
    let next = outer.last ?? Axis(extent: 1, source: 0, target: 0)
    var start = range.lowerBound
    while start < range.upperBound {
      // Where a row lies takes divisions; the rows after it along the next axis are found by its strides.
      let (index, column) = start.quotientAndRemainder(dividingBy: row.extent)
      let (from, to) = offsets(of: index, outer)
      let beyond = start - column + (next.extent - index % next.extent) * row.extent
      var (x, y) = (source + from + column * row.source, target + to + column * row.target)
      var left = row.extent - column
      while start < min(beyond, range.upperBound) {
        let count = min(left, range.upperBound &- start)
        if row.source != 1 || row.target != 1 {
          for step in 0..<count { y[step &* row.target] = x[step &* row.source] }
        } else if count < 8 {
          for step in 0..<count { y[step] = x[step] }
        } else {
          y.update(from: x, count: count)
        }
        x += next.source &- (row.extent &- left) &* row.source
        y += next.target &- (row.extent &- left) &* row.target
        start &+= count
        left = row.extent
      }
    }
  }

  /// Copies blocks whose rows are columns of the source, so that both sides are read and written in lines.
  private func transpose(lines: Axis, _ others: [Axis], from source: Storage, to target: Storage) {
    guard let row = others.last else { return }
    let block = 64
    let rest = others.dropLast()
    let outer = rest.reduce(1) { $0 * $1.extent }
    let (down, across) = ((lines.extent + block - 1) / block, (row.extent + block - 1) / block)
    let grain = max(1, Elementwise.grain / (min(block, lines.extent) * min(block, row.extent)))
    Parallel.forEachRange(outer * down * across, grain: grain) { range in
      for index in range {
        let (item, position) = index.quotientAndRemainder(dividingBy: down * across)
        let (line, column) = position.quotientAndRemainder(dividingBy: across)
        let (from, to) = offsets(of: item, rest)
        let x = UnsafePointer(source.base) + from + line * block + column * block * row.source
        let y = target.base + to + line * block * lines.target + column * block
        Transpose.block(
          x, row.source, y, lines.target, lines: min(block, lines.extent - line * block),
          columns: min(block, row.extent - column * block))
      }
    }
  }

  private func offsets(of index: Int, _ axes: ArraySlice<Axis>) -> (Int, Int) {
    var (source, target, rest) = (sourceOffset, targetOffset, index)
    for axis in axes.reversed() {
      let (next, position) = rest.quotientAndRemainder(dividingBy: axis.extent)
      source += position * axis.source
      target += position * axis.target
      rest = next
    }
    return (source, target)
  }
}
