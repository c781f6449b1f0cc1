public import Autograd

/// Spearman's rank correlation of two lists, −1 to 1, with mean ranks for equal values.
///
/// `nil` where one of them is constant, not finite or shorter than two values.
///
/// - Precondition: both are equally long.
public func rankCorrelation(_ first: [Float], _ second: [Float]) -> Double? {
  precondition(
    first.count == second.count, "rank correlation: \(first.count) values against \(second.count)")
  guard first.count > 1, (first + second).allSatisfy(\.isFinite) else { return nil }
  let (a, b) = (ranks(of: first), ranks(of: second))
  // Ranks have the same mean, whatever is equal.
  let mean = Double(first.count + 1) / 2
  var (product, left, right) = (0.0, 0.0, 0.0)
  for index in a.indices {
    product += (a[index] - mean) * (b[index] - mean)
    left += (a[index] - mean) * (a[index] - mean)
    right += (b[index] - mean) * (b[index] - mean)
  }
  guard left > 0, right > 0 else { return nil }
  return product / (left * right).squareRoot()
}

/// How a map `[rows, columns]` orders the places of an image in comparison to what occluding them does, as
/// rank correlation on the grid of the occlusion map, to which it is averaged by area
/// (Selvaraju et al., "Grad-CAM", ICCV 2017).
///
/// `nil` where one of them is constant or not finite.
public func occlusionCorrelation(_ map: Tensor, occlusion: Tensor) -> Double? {
  guard map.isFinite, occlusion.isFinite else { return nil }
  let averaged = areaAveraged(map, rows: occlusion.shape[0], columns: occlusion.shape[1])
  return rankCorrelation(averaged, occlusion.scalars)
}

/// What a score loses where a part of an image `[height, width, 3]` is hidden behind the mean colour,
/// `[cells, cells]` (Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014).
///
/// Squares of twice the size of a cell are centred on each, and cut at the border.
///
/// - Precondition: the image has a pixel for each cell.
public func occlusionMap(
  of image: Tensor, cells: Int = 7, batch: Int = 16, _ imageScores: ImageScores
) -> Tensor {
  let (height, width) = (image.shape[0], image.shape[1])
  precondition(
    cells > 0 && min(height, width) >= cells, "occlusion: \(cells) cells for an image of \(image.shape)")
  func window(_ cell: Int, _ count: Int) -> Range<Int> {
    max(0, (2 * cell - 1) * count / (2 * cells))..<min(count, (2 * cell + 3) * count / (2 * cells))
  }
  let scores = batchedScores(of: cells * cells + 1, batch: batch, imageScores) { index in
    guard index > 0 else { return image }
    var hidden = image.detached()
    let columns = window((index - 1) % cells, width)
    hidden.mutate { values in
      for row in window((index - 1) / cells, height) {
        for value in 3 * (row * width + columns.lowerBound)..<3 * (row * width + columns.upperBound) {
          values[value] = 0
        }
      }
    }
    return hidden
  }
  return Tensor(scores.dropFirst().map { scores[0] - $0 }, shape: [cells, cells])
}

private func ranks(of values: [Float]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
    start = end
  }
  return ranks
}

/// The means of a map over the cells of another grid, each of its pixels by the area that lies in the cell.
func areaAveraged(_ map: Tensor, rows: Int, columns: Int) -> [Float] {
  /// The pixels in each cell of an axis with the length of each that lies in it, in cells.
  func parts(_ count: Int, _ cells: Int) -> [[(index: Int, length: Double)]] {
    (0..<cells).map { cell in
      let (start, end) = (cell * count, (cell + 1) * count)
      return (start / cells...(end - 1) / cells).map { index in
        (index, Double(min(end, (index + 1) * cells) - max(start, index * cells)) / Double(count))
      }
    }
  }
  let (vertical, horizontal) = (parts(map.shape[0], rows), parts(map.shape[1], columns))
  let (values, width) = (map.scalars, map.shape[1])
  return vertical.flatMap { rows in
    horizontal.map { columns in
      Float(
        rows.reduce(0.0) { sum, row in
          sum
            + columns.reduce(0.0) {
              $0 + row.length * $1.length * Double(values[row.index * width + $1.index])
            }
        })
    }
  }
}
