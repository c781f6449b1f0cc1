import Autograd
import TestSupport
import Testing

@Suite struct StripResizeTests {
  /// Larger, smaller, and one of each; strips of 1, 3 and all rows.
  @Test(
    arguments: [(9, 7, 23, 17), (23, 17, 9, 7), (8, 20, 31, 5), (5, 5, 5, 9), (1, 1, 6, 4)], [1, 3, 100])
  func rowsAreThoseOfTheWhole(size: (Int, Int, Int, Int), step: Int) {
    let (height, width, newHeight, newWidth) = size
    let map = Sample.tensor("map", [1, height, width, 5])
    let whole = map.resized(height: newHeight, width: newWidth, .bilinear).scalars
    let resize = StripResize(fromHeight: height, width: width, toHeight: newHeight, width: newWidth)
    var rows: [Float] = []
    for top in stride(from: 0, to: newHeight, by: step) {
      let range = top..<min(newHeight, top + step)
      let part = map.slice(axis: 1, resize.sources(of: range))
      let strip = resize(part.reshaped(to: [part.shape[1], width, 5]), rows: range)
      #expect(strip.shape == [range.count, newWidth, 5])
      rows += strip.scalars
    }
    #expect(rows == whole)
  }
}
