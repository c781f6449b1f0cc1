/// The squares of 4 × 4 positions that cover the maps of a batch, row by row.
struct WinogradSquares: Sendable {
  let batch: Int
  let height: Int
  let width: Int

  private static let side = 4
  /// Squares that one thread takes at a time.
  private static let grain = 4

  private var rows: Int { (height + Self.side - 1) / Self.side }
  private var columns: Int { (width + Self.side - 1) / Self.side }

  /// The number of squares.
  var count: Int { batch * rows * columns }

  private func place(_ square: Int) -> (image: Int, y: Int, x: Int) {
    let (line, column) = square.quotientAndRemainder(dividingBy: columns)
    let (image, row) = line.quotientAndRemainder(dividingBy: rows)
    return (image, row * Self.side, column * Self.side)
  }

  /// Transforms the values around each square of `block`, from `offset` on, to a line of the 36 planes; what
  /// lies outside the map counts as zero.
  func spread<Step: WinogradStep>(
    _ block: Range<Int>, _: Step.Type, from base: UnsafePointer<Float>, _ map: Lattice.Map, offset: Int,
    to planes: PlaneStack
  ) {
    let base = SharedPointer(UnsafeMutablePointer(mutating: base))
    let channels = planes.width
    let zeros = Storage(count: channels)
    zeros.base.update(repeating: 0, count: channels)
    Parallel.forEachRange(block.count, grain: Self.grain) { lines in
      withWinogradTables { sources, targets, scratch in
        for line in lines {
          let (image, top, left) = place(block.lowerBound + line)
          for row in 0..<Step.inputs {
            let y = top + offset + row
            for column in 0..<Step.inputs {
              let x = left + offset + column
              let isInside = y >= 0 && y < map.height && x >= 0 && x < map.width
              sources[row * Step.inputs + column] = UnsafePointer(
                isInside
                  ? base.pointer + image * map.imageStride + y * map.lineStride + x * map.pixelStride
                  : zeros.base)
            }
          }
          for index in 0..<PlaneStack.planes { targets[index] = planes.line(line, of: index) }
          Step.transform(sources, channels: channels, to: targets, scratch: scratch)
        }
      }
    }
  }

  /// Transforms the products of each square of `block` back, adds the bias, and writes what lies on the map,
  /// which `finish` may change.
  func gather(
    _ block: Range<Int>, _ planes: PlaneStack, to out: SharedPointer<Float>, bias: Tensor?,
    finish: ProductFinish?
  ) {
    let channels = planes.width
    Parallel.forEachRange(block.count, grain: Self.grain) { lines in
      let outside = Storage(count: channels)
      withWinogradTables { sources, targets, scratch in
        for line in lines {
          let (image, top, left) = place(block.lowerBound + line)
          for index in 0..<PlaneStack.planes {
            sources[index] = UnsafePointer(planes.line(line, of: index))
          }
          for row in 0..<Self.side {
            for column in 0..<Self.side {
              let isInside = top + row < height && left + column < width
              targets[row * Self.side + column] =
                isInside
                ? out.pointer + ((image * height + top + row) * width + left + column) * channels
                : outside.base
            }
          }
          OutputStep.transform(sources, channels: channels, to: targets, scratch: scratch)
          if let bias { addBias(bias, targets, channels) }
          guard let finish else { continue }
          var inside = 0
          for index in 0..<Self.side * Self.side where targets[index] != outside.base {
            targets[inside] = targets[index]
            inside += 1
          }
          finish(ProductBlock(lines: targets, rows: inside, columns: 0..<channels, base: out.pointer))
        }
      }
    }
  }

  private func addBias(_ bias: Tensor, _ lines: UnsafePointer<UnsafeMutablePointer<Float>>, _ channels: Int) {
    bias.withPointer { bias in
      for index in 0..<Self.side * Self.side {
        let line = lines[index]
        for channel in stride(from: 0, to: channels, by: 16) {
          (Vector(at: line + channel) + Vector(at: bias + channel)).store(to: line + channel)
        }
      }
    }
  }
}
