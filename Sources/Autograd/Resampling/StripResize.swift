/// A bilinear resize of a map whose output is made a few rows at a time, for maps that are too large to be
/// held: the rows are those of `Tensor.resized(height:width:_:)` to the last bit.
public struct StripResize: Sendable {
  private let vertical: ResampleTable
  private let horizontal: ResampleTable

  /// A resize from one size to another, in cells.
  ///
  /// - Precondition: all extents are positive.
  public init(fromHeight: Int, width fromWidth: Int, toHeight: Int, width toWidth: Int) {
    precondition(
      min(fromHeight, fromWidth, toHeight, toWidth) > 0,
      "strip resize: from \(fromHeight) × \(fromWidth) to \(toHeight) × \(toWidth) cells")
    vertical = ResampleTable(.bilinear, from: fromHeight, to: toHeight)
    horizontal = ResampleTable(.bilinear, from: fromWidth, to: toWidth)
  }

  /// The input rows that some output rows are made of.
  ///
  /// - Precondition: there is at least one, and each is a row of the output.
  public func sources(of rows: Range<Int>) -> Range<Int> {
    let first = vertical.terms(of: rows.lowerBound).lowerBound
    let last = vertical.terms(of: rows.upperBound - 1).upperBound - 1
    return vertical.sources[first]..<vertical.sources[last] + 1
  }

  /// The output rows `rows`, `[rows, width, channels]`, from the input rows `sources(of: rows)`,
  /// `[sources, width, channels]`.
  ///
  /// - Precondition: the map has those rows.
  public func callAsFunction(_ map: Tensor, rows: Range<Int>) -> Tensor {
    let sources = sources(of: rows)
    precondition(
      map.rank == 3 && map.shape[0] == sources.count && map.shape[1] == horizontal.inputs,
      "strip resize: a map \(map.shape) does not hold the rows \(sources) of \(horizontal.inputs) cells")
    let strip = vertical.part(rows, startingAt: sources.lowerBound, inputs: sources.count)
    return map.detached().reshaped(to: [1, map.shape[0], map.shape[1], map.shape[2]])
      .resampled(strip, horizontal).reshaped(to: [rows.count, horizontal.outputs, map.shape[2]])
  }
}
