/// Changes the values that a product or a convolution has just made, while they are in the cache.
typealias ProductFinish = @Sendable (_ block: ProductBlock) -> Void

/// Some columns of some rows of a product.
struct ProductBlock {
  /// Where each row begins.
  let lines: UnsafePointer<UnsafeMutablePointer<Float>>
  let rows: Int
  let columns: Range<Int>
  /// Where the output begins.
  var base: UnsafeMutablePointer<Float>
  /// The output's channel that the product's first column is.
  var firstChannel = 0

  /// The same values of a product that makes the output's channels from `channel` on.
  func moved(to channel: Int) -> ProductBlock {
    var block = self
    block.base -= channel
    block.firstChannel += channel
    return block
  }

  /// Calls `body` with each row's values: the index of the first in the output, its channel, and how many lie
  /// side by side.
  @inline(__always)
  func forEachRun(_ body: (_ index: Int, _ channel: Int, _ count: Int) -> Void) {
    for row in 0..<rows {
      body(lines[row] - base + columns.lowerBound, firstChannel + columns.lowerBound, columns.count)
    }
  }
}
