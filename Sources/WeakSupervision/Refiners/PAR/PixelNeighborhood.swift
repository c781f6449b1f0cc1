import Autograd

/// The eight pixels of a 3×3 ring at each of several distances.
struct PixelNeighborhood: Sendable {
  /// The steps to the neighbours, ring by ring, row by row.
  let offsets: [(row: Int, column: Int)]
  /// The longest step along an axis.
  let radius: Int

  /// - Precondition: `dilations` is not empty and holds numbers from 1.
  init(dilations: [Int]) {
    precondition(
      !dilations.isEmpty && dilations.allSatisfy { $0 > 0 },
      "pixel neighbourhood: dilations \(dilations) are not numbers from 1")
    let ring = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
    offsets = dilations.flatMap { dilation in ring.map { ($0.0 * dilation, $0.1 * dilation) } }
    radius = dilations.max() ?? 1
  }

  /// The Euclidean length of each step.
  var distances: [Float] {
    offsets.map { Float($0.row * $0.row + $0.column * $0.column).squareRoot() }
  }
}

/// Planes of an image, row by row, each row preceded and followed by copies of its border pixels.
///
/// Rows are padded so that any neighbour of any of the 16 lanes of a block can be read.
struct PaddedPlanes: Sendable {
  /// The lanes that are computed together.
  static let lanes = 16

  let height: Int
  let width: Int
  let planes: Int
  /// The number of pixels in front of each row.
  let margin: Int

  /// The number of blocks of 16 pixels in a row.
  var blocks: Int { (width + Self.lanes - 1) / Self.lanes }
  /// The distance between planes of one row.
  var rowStride: Int { 2 * margin + blocks * Self.lanes }
  /// `[height, planes, rowStride]`.
  var shape: Shape { [height, planes, rowStride] }

  init(height: Int, width: Int, planes: Int, radius: Int) {
    self.height = height
    self.width = width
    self.planes = planes
    margin = (radius + Self.lanes - 1) / Self.lanes * Self.lanes
  }

  /// Planes filled from `value(row, column, plane)`.
  func filled(_ value: (Int, Int, Int) -> Float) -> Tensor {
    Tensor(shape: shape) { out in
      for row in 0..<height {
        for plane in 0..<planes {
          let start = (row * planes + plane) * rowStride
          for column in 0..<width { out[start + margin + column] = value(row, column, plane) }
          out.withUnsafeMutableBufferPointer { extend($0, start) }
        }
      }
    }
  }

  /// Repeats the first and last pixel of the row that starts at `start` into its margins.
  @inline(__always)
  func extend(_ values: UnsafeMutableBufferPointer<Float>, _ start: Int) {
    let first = start + margin
    let end = first + width
    let (left, right) = (values[first], values[end - 1])
    for index in start..<first { values[index] = left }
    for index in end..<start + rowStride { values[index] = right }
  }

  /// The distances in memory from a pixel of `row` to its neighbours, rows clamped to the image.
  func steps(from row: Int, to neighborhood: PixelNeighborhood) -> [Int] {
    neighborhood.offsets.map { offset in
      let neighbor = min(max(row + offset.row, 0), height - 1)
      return (neighbor - row) * planes * rowStride + offset.column
    }
  }
}
