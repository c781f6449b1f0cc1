import Autograd
import Imaging

/// The class scores of one view of a picture, whole or as a weighted mean over windows, brought to the
/// picture's size and handed out from the top downwards, a few rows at a time.
///
/// Rows of windows are computed when their first line is asked for and given up when their last one was, so
/// that memory grows with a window's height, not with the picture's. A window counts less towards its edges,
/// so that none shows in the result.
final class ViewScores {
  private let view: Image
  private let isMirrored: Bool
  private let grid: WindowGrid
  /// The way to the picture's size; `nil` if the view has it.
  private let resize: StripResize?
  /// One forward pass, `[height, width, classes]`.
  private let score: (Image) -> Tensor

  /// What each row and column of the view is divided by.
  private let rowWeights: [Float]
  private let columnWeights: Tensor
  /// What each place of a window is multiplied with, `[height, width, 1]`.
  private let windowWeights: Tensor
  /// The sums of the lines that are in work, each `[width, classes]`; the first is line `start`.
  private var lines: [Tensor] = []
  private var start = 0
  /// The next row of windows.
  private var band = 0
  /// The scores of a view of one window.
  private var whole: Tensor?

  /// The scores of `view`, or of its mirror image mirrored back, at `height` × `width`, in windows of at most
  /// `side` pixels; 0 for none.
  init(
    _ view: Image, isMirrored: Bool, height: Int, width: Int, side: Int, _ score: @escaping (Image) -> Tensor
  ) {
    self.view = view
    self.isMirrored = isMirrored
    self.score = score
    grid = WindowGrid(imageHeight: view.height, imageWidth: view.width, side: side)
    let isWhole = view.height == height && view.width == width
    resize =
      isWhole
      ? nil : StripResize(fromHeight: view.height, width: view.width, toHeight: height, width: width)
    rowWeights = WindowGrid.coverage(view.height, starts: grid.tops, window: grid.height)
    let columns = WindowGrid.coverage(view.width, starts: grid.lefts, window: grid.width)
    columnWeights = Tensor(columns, shape: [1, columns.count, 1])
    let (down, across) = (WindowGrid.weights(grid.height), WindowGrid.weights(grid.width))
    windowWeights =
      Tensor(down, shape: [down.count, 1, 1]) * Tensor(across, shape: [1, across.count, 1])
  }

  /// The scores `[rows, width, classes]` of some rows of the picture.
  ///
  /// - Precondition: they begin no higher than those of the call before.
  func rows(_ range: Range<Int>) -> Tensor {
    let map: Tensor
    if let resize {
      map = resize(viewRows(resize.sources(of: range)), rows: range)
    } else {
      map = viewRows(range)
    }
    return isMirrored ? map.flipped(axis: 1) : map
  }

  private func viewRows(_ range: Range<Int>) -> Tensor {
    if grid.isSingle {
      let scores = whole ?? scores(top: 0, left: 0)
      whole = range.upperBound < view.height ? scores : nil
      return range == 0..<view.height ? scores : scores.slice(axis: 0, range)
    }
    lines.removeFirst(min(lines.count, range.lowerBound - start))
    start = range.lowerBound
    while band < grid.tops.count, grid.tops[band] < range.upperBound {
      addBand(grid.tops[band])
      band += 1
    }
    let wanted = lines[..<range.count].map { $0.reshaped(to: [1, view.width, $0.shape[1]]) }
    let sums = Tensor.concatenated(wanted, axis: 0)
    return sums / (Tensor(Array(rowWeights[range]), shape: [range.count, 1, 1]) * columnWeights)
  }

  /// Adds a row of windows.
  private func addBand(_ top: Int) {
    for left in grid.lefts {
      let scores = scores(top: top, left: left)
      let classes = scores.shape[2]
      while start + lines.count < top + grid.height { lines.append(.zeros([view.width, classes])) }
      scores.withSpan { values in
        for row in 0..<grid.height where top + row >= start {
          let (from, to, count) = (row * grid.width * classes, left * classes, grid.width * classes)
          lines[top + row - start].mutate { line in
            for index in 0..<count { line[to + index] += values[from + index] }
          }
        }
      }
    }
  }

  /// The weighted scores of one window.
  private func scores(top: Int, left: Int) -> Tensor {
    let x = isMirrored ? view.width - left - grid.width : left
    let window = view.cropped(x: x, y: top, width: grid.width, height: grid.height)
    let scores = score(isMirrored ? window.flippedHorizontally : window)
    return grid.isSingle ? scores : scores * windowWeights
  }
}
