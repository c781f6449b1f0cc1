import Foundation
import Imaging

/// What a photograph says of the widths that fit it.
extension Image {
  /// How many times wider kernels are on this photograph than on those that their widths were chosen on.
  ///
  /// What a photograph shows is as wide as it is, so `longer side / reference`, with `reference` the longer
  /// side there, in pixels; 1 where that is 0.
  func widthFactor(reference: Int) -> Float {
    reference == 0 ? 1 : Float(max(width, height)) / Float(reference)
  }

  /// How much colours differ within a surface, as a deviation in levels of 0 to 255.
  ///
  /// The root of the median over windows of the variance of their colours, mean over red, green and blue.
  /// Windows are squares of about 2 % of the longer side that overlap by half. Outlines are thin, so that
  /// few windows hold one, and the median is the texture of the surfaces.
  var texture: Float {
    let reach = max(1, Int((Float(max(width, height)) / 100).rounded()))
    func centers(_ side: Int) -> StrideTo<Int> {
      // The middle alone where no whole window fits.
      side <= 2 * reach
        ? stride(from: side / 2, to: side, by: side)
        : stride(
          from: reach, to: side - reach, by: reach + 1)
    }
    var variances: [Float] = []
    for row in centers(height) {
      for column in centers(width) {
        variances.append(variance(row: row, column: column, reach: reach))
      }
    }
    variances.sort()
    return variances[variances.count / 2].squareRoot()
  }

  /// The variance of the colours in the window around a pixel, mean over the channels.
  private func variance(row: Int, column: Int, reach: Int) -> Float {
    let rows = max(0, row - reach)...min(height - 1, row + reach)
    let columns = max(0, column - reach)...min(width - 1, column + reach)
    // Whole numbers, so that flat windows have a variance of exactly zero.
    var (sums, squares) = (SIMD4<Int>(), 0)
    for row in rows {
      for column in columns {
        let at = 3 * (row * width + column)
        for channel in 0..<3 {
          let value = Int(pixels[at + channel])
          sums[channel] += value
          squares += value * value
        }
      }
    }
    let count = rows.count * columns.count
    let spread = count * squares - (sums &* sums).wrappedSum()
    return Float(spread) / Float(3 * count * count)
  }
}
