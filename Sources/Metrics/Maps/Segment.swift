import Autograd

/// A connected part of a mask, corners that touch included.
public struct Segment: Sendable, Equatable {
  /// The smallest box around it.
  public let box: Box
  /// The number of its pixels.
  public let pixels: Int
  /// Its pixels by their indices, row by row.
  let indices: [Int]

  /// How the size of segments is measured where the largest one is asked for.
  public enum Size: Sendable {
    /// By the number of pixels, as in ILSVRC's evaluation of class activation maps.
    case pixelCount
    /// By the area of the polygon through the centres of the outer pixels, as `cv2.contourArea`: a straight
    /// line has none.
    case contourArea
  }

  /// The segments of a mask of `width` columns, by their first pixels.
  ///
  /// - Precondition: the mask holds whole rows.
  public static func segments(of mask: [Bool], width: Int) -> [Segment] {
    precondition(
      width > 0 && mask.count % width == 0, "segments: \(mask.count) pixels are no rows of \(width)")
    let height = mask.count / width
    var isOpen = mask
    var segments: [Segment] = []
    for start in mask.indices where isOpen[start] {
      var indices = [start]
      isOpen[start] = false
      var next = 0
      while next < indices.count {
        let (x, y) = (indices[next] % width, indices[next] / width)
        next += 1
        for row in max(0, y - 1)...min(height - 1, y + 1) {
          for column in max(0, x - 1)...min(width - 1, x + 1) where isOpen[row * width + column] {
            isOpen[row * width + column] = false
            indices.append(row * width + column)
          }
        }
      }
      segments.append(Segment(indices, width: width))
    }
    return segments
  }

  /// The largest segment of a mask; of equal ones the first; `nil` if the mask is empty.
  public static func largest(of mask: [Bool], width: Int, by size: Size) -> Segment? {
    let segments = segments(of: mask, width: width)
    let sizes: [Double] =
      switch size {
      case .pixelCount: segments.map { Double($0.pixels) }
      case .contourArea: segments.map { $0.outline.area }
      }
    guard let most = sizes.max(), let index = sizes.firstIndex(of: most) else { return nil }
    return segments[index]
  }

  private init(_ indices: [Int], width: Int) {
    self.indices = indices.sorted()
    pixels = indices.count
    let (columns, rows) = (indices.map { $0 % width }, indices.map { $0 / width })
    box = Box(columns.min() ?? 0, rows.min() ?? 0, columns.max() ?? 0, rows.max() ?? 0)
    self.width = width
  }

  private let width: Int

  /// The area within the outer contour, and the boxes of the contours around its holes.
  var outline: (area: Double, holes: [Box]) {
    // One pixel of surroundings on every side, so that all that is outside is connected.
    let (columns, rows) = (box.right - box.left + 3, box.bottom - box.top + 3)
    var filled = [Bool](repeating: false, count: columns * rows)
    for index in indices {
      filled[(index / width - box.top + 1) * columns + index % width - box.left + 1] = true
    }
    var holes: [Box] = []
    let own = filled
    var isSeen = own
    for start in isSeen.indices where !isSeen[start] {
      let region = Self.region(from: start, &isSeen, columns: columns)
      // The first region is the one outside.
      if start == 0 { continue }
      for index in region { filled[index] = true }
      let (xs, ys) = (region.map { $0 % columns }, region.map { $0 / columns })
      guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max() else {
        continue
      }
      // The contour of a hole runs over the pixels around it; the local frame begins one pixel earlier.
      holes.append(
        Box(left + box.left - 2, top + box.top - 2, right + box.left, bottom + box.top))
    }
    return (Self.area(of: filled, columns: columns), holes)
  }

  /// The pixels that are reached from `start` over sides.
  private static func region(from start: Int, _ isSeen: inout [Bool], columns: Int) -> [Int] {
    var region = [start]
    isSeen[start] = true
    var next = 0
    while next < region.count {
      let (x, y) = (region[next] % columns, region[next] / columns)
      next += 1
      for (column, row) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)] {
        let index = row * columns + column
        guard column >= 0, column < columns, row >= 0, index < isSeen.count, !isSeen[index] else { continue }
        isSeen[index] = true
        region.append(index)
      }
    }
    return region
  }

  /// The area of the polygon through the outer pixels of a segment without holes: of every two by two pixels
  /// it covers the whole square between them, one half where one is missing, or nothing.
  private static func area(of filled: [Bool], columns: Int) -> Double {
    var area = 0.0
    for index in 0..<filled.count - columns - 1 where index % columns < columns - 1 {
      let corners = [filled[index], filled[index + 1], filled[index + columns], filled[index + columns + 1]]
      switch corners.count(where: { $0 }) {
      case 4: area += 1
      case 3: area += 0.5
      default: break
      }
    }
    return area
  }
}
