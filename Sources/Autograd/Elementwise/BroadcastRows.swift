/// Two broadcast operands as rows: runs of the output in which each operand either advances or stands still.
///
/// Neighbouring axes that both operands treat alike are one axis here, so operands of equal shapes are a
/// single row, and a bias `[channels]` against `[batch, height, width, channels]` is rows of channels.
struct BroadcastRows: Sendable {
  /// The common shape.
  let shape: Shape
  /// Whether the first operand stands still along a row.
  private(set) var firstIsStretched = false
  /// Whether the second operand stands still along a row.
  private(set) var secondIsStretched = false
  private var length = 1
  private var axes: [Axis] = []

  /// An axis around the rows, innermost first, with the distance that each operand moves along it.
  private struct Axis {
    var extent: Int
    var first: Int
    var second: Int
  }

  /// - Precondition: the shapes can be broadcast.
  init(_ first: Shape, _ second: Shape, _ operation: String) {
    guard let shape = first.broadcast(with: second) else {
      preconditionFailure(
        "\(operation): the shapes \(first) and \(second) cannot be broadcast; extents must be equal or 1")
    }
    self.shape = shape
    var merged: [Axis] = []
    var (firstSize, secondSize) = (1, 1)
    for offset in 1...Swift.max(shape.rank, 1) where shape.rank > 0 {
      let extent = shape[shape.rank - offset]
      if extent == 1 { continue }
      let firstExtent = offset <= first.rank ? first[first.rank - offset] : 1
      let secondExtent = offset <= second.rank ? second[second.rank - offset] : 1
      let axis = Axis(
        extent: extent, first: firstExtent == 1 ? 0 : firstSize, second: secondExtent == 1 ? 0 : secondSize)
      firstSize *= firstExtent
      secondSize *= secondExtent
      if let last = merged.last, (last.first == 0) == (axis.first == 0),
        (last.second == 0) == (axis.second == 0)
      {
        merged[merged.count - 1].extent *= extent
      } else {
        merged.append(axis)
      }
    }
    guard let row = merged.first else { return }
    length = row.extent
    firstIsStretched = row.first == 0
    secondIsStretched = row.second == 0
    axes = Array(merged.dropFirst())
  }

  /// Calls `body` with each run of a row within `range` of the output: where it starts in the output, its
  /// length, and where it starts in each operand.
  @inline(__always)
  func forEachRun(in range: Range<Int>, _ body: (Int, Int, Int, Int) -> Void) {
    var start = range.lowerBound
    while start < range.upperBound {
      let (row, column) = start.quotientAndRemainder(dividingBy: length)
      let count = Swift.min(length - column, range.upperBound - start)
      var (first, second) = (firstIsStretched ? 0 : column, secondIsStretched ? 0 : column)
      var rest = row
      for axis in axes {
        let (next, position) = rest.quotientAndRemainder(dividingBy: axis.extent)
        first += position * axis.first
        second += position * axis.second
        rest = next
      }
      body(start, count, first, second)
      start += count
    }
  }
}
