import Autograd
import Imaging

/// How strongly each pixel takes over the values of its neighbours: the kernel of pixel-adaptive refinement.
///
/// Per pixel and colour channel, differences to the neighbours are measured in standard deviations of the
/// neighbours (the unbiased one, without the centre); see `PAR` for the formula.
struct PixelAffinity: Sendable {
  let neighborhood: PixelNeighborhood
  let planes: PaddedPlanes
  /// `[height, blocks, neighbours, 16]`: for each block of 16 pixels the weights of one neighbour in a row.
  let weights: Tensor

  init(image: Image, neighborhood: PixelNeighborhood, tolerance: Float, positionWeight: Float) {
    let planes = PaddedPlanes(
      height: image.height, width: image.width, planes: 3, radius: neighborhood.radius)
    let pixels = image.pixels
    let colors = planes.filled { row, column, plane in Float(pixels[(row * image.width + column) * 3 + plane])
    }
    let position = Self.positionTerm(neighborhood, tolerance: tolerance).map { $0 * positionWeight }
    let count = neighborhood.offsets.count
    let blocks = planes.blocks
    let rowCount = blocks * count * PaddedPlanes.lanes
    weights = Tensor(shape: [image.height, blocks, count, PaddedPlanes.lanes]) { out in
      parallelFill(&out, grain: 8 * rowCount) { part, start in
        let first = start / rowCount
        let rows = part.count / rowCount
        part.withUnsafeMutableBufferPointer { part in
          colors.withUnsafeScalars { colors in
            guard let colors = colors.baseAddress, let target = part.baseAddress else { return }
            for row in 0..<rows {
              let steps = planes.steps(from: first + row, to: neighborhood)
              let center = colors + (first + row) * planes.planes * planes.rowStride + planes.margin
              for block in 0..<blocks {
                let at = target + (row * blocks + block) * count * PaddedPlanes.lanes
                Self.exponents(center + block * PaddedPlanes.lanes, planes.rowStride, steps, tolerance, at)
                Self.softmax(at, position)
              }
            }
          }
        }
      }
    }
    self.neighborhood = neighborhood
    self.planes = planes
  }

  /// Softmax over the neighbours of `-(r/(std(r) + 1e-8)/tolerance)²`, the same for every pixel.
  static func positionTerm(_ neighborhood: PixelNeighborhood, tolerance: Float) -> [Float] {
    let distances = neighborhood.distances
    let mean = distances.reduce(0, +) / Float(distances.count)
    let squares = distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Float(distances.count - 1)).squareRoot()
    let exponents = distances.map { distance -> Float in
      let ratio = distance / (deviation + 1e-8) / tolerance
      return -ratio * ratio
    }
    // A single ring is so far away in units of its own small deviation that every power alone would vanish.
    let largest = exponents.max() ?? 0
    let powers = exponents.map { exponential(SIMD4<Float>(repeating: $0 - largest))[0] }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// Writes the exponent of each neighbour of 16 pixels.
  ///
  /// Colours are whole numbers up to 255, so both sums are exact, and a flat neighbourhood has a variance of
  /// exactly zero.
  @inline(__always)
  private static func exponents(
    _ center: UnsafePointer<Float>, _ planeStride: Int, _ steps: [Int], _ tolerance: Float,
    _ out: UnsafeMutablePointer<Float>
  ) {
    typealias Lanes = SIMD16<Float>
    let count = Float(steps.count)
    for plane in 0..<3 {
      let pixel = center + plane * planeStride
      let own = load(pixel, as: Lanes.self)
      var sum = Lanes()
      var squares = Lanes()
      for step in steps {
        let difference = load(pixel + step, as: Lanes.self) - own
        sum += difference
        squares.addProduct(difference, difference)
      }
      // n·Σδ² - (Σδ)² with the rounding errors of both products, so that nothing cancels.
      let (left, right) = (squares * count, sum * sum)
      let leftError = (-left).addingProduct(squares, Lanes(repeating: count))
      let rightError = (-right).addingProduct(sum, sum)
      let spread = (left - right) + (leftError - rightError)
      let deviation = (spread / (count * (count - 1))).squareRoot()
      let scale = 1 / ((deviation + 1e-8) * tolerance)
      for (index, step) in steps.enumerated() {
        let ratio = (load(pixel + step, as: Lanes.self) - own) * scale
        let at = out + index * PaddedPlanes.lanes
        let sum = plane == 0 ? Lanes() : load(UnsafePointer(at), as: Lanes.self)
        store(sum.addingProduct(ratio, ratio * Float(-1.0 / 3)), to: at)
      }
    }
  }

  /// Replaces the exponents of 16 pixels by their softmax plus the position term.
  @inline(__always)
  private static func softmax(_ values: UnsafeMutablePointer<Float>, _ position: [Float]) {
    typealias Lanes = SIMD16<Float>
    var largest = load(UnsafePointer(values), as: Lanes.self)
    for index in position.indices {
      largest = .larger(largest, load(UnsafePointer(values) + index * PaddedPlanes.lanes))
    }
    var total = Lanes()
    for index in position.indices {
      let at = values + index * PaddedPlanes.lanes
      let power = exponential(load(UnsafePointer(at), as: Lanes.self) - largest)
      total += power
      store(power, to: at)
    }
    let scale = 1 / total
    for (index, position) in position.enumerated() {
      let at = values + index * PaddedPlanes.lanes
      store(Lanes(repeating: position).addingProduct(load(UnsafePointer(at)), scale), to: at)
    }
  }

  /// `m(p) ← Σ_j w_j(p) m(p + o_j)` for planes of shape `[height, channels, rowStride]`.
  func spread(_ scores: Tensor, layout: PaddedPlanes) -> Tensor {
    let count = neighborhood.offsets.count
    let rowSize = layout.planes * layout.rowStride
    return Tensor(shape: layout.shape) { out in
      parallelFill(&out, grain: 16 * rowSize) { part, start in
        let first = start / rowSize
        part.withUnsafeMutableBufferPointer { part in
          scores.withUnsafeScalars { scores in
            weights.withUnsafeScalars { weights in
              guard let scores = scores.baseAddress, let weights = weights.baseAddress else { return }
              for row in 0..<part.count / rowSize {
                let source = scores + (first + row) * rowSize + layout.margin
                let own = weights + (first + row) * layout.blocks * count * PaddedPlanes.lanes
                let steps = layout.steps(from: first + row, to: neighborhood)
                Self.spreadRow(source, own, steps, layout, part, row * rowSize)
              }
            }
          }
        }
      }
    }
  }

  private static func spreadRow(
    _ source: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ steps: [Int], _ layout: PaddedPlanes,
    _ out: UnsafeMutableBufferPointer<Float>, _ start: Int
  ) {
    typealias Lanes = SIMD16<Float>
    guard let target = out.baseAddress else { return }
    for block in 0..<layout.blocks {
      let column = block * PaddedPlanes.lanes
      let weights = weights + column * steps.count
      let target = target + start + layout.margin + column
      var plane = 0
      // Two planes at a time: each weight is read once for both.
      while plane + 1 < layout.planes {
        let here = source + plane * layout.rowStride + column
        var (first, second) = (Lanes(), Lanes())
        for (index, step) in steps.enumerated() {
          let weight = load(weights + index * PaddedPlanes.lanes, as: Lanes.self)
          first.addProduct(weight, load(here + step))
          second.addProduct(weight, load(here + layout.rowStride + step))
        }
        store(first, to: target + plane * layout.rowStride)
        store(second, to: target + (plane + 1) * layout.rowStride)
        plane += 2
      }
      if plane < layout.planes {
        let here = source + plane * layout.rowStride + column
        var sum = Lanes()
        for (index, step) in steps.enumerated() {
          sum.addProduct(load(weights + index * PaddedPlanes.lanes, as: Lanes.self), load(here + step))
        }
        store(sum, to: target + plane * layout.rowStride)
      }
    }
    for plane in 0..<layout.planes { layout.extend(out, start + plane * layout.rowStride) }
  }
}

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
