/// The two neighbours of each output sample along one axis, and the weight of the second.
private struct PlainTaps {
  let first: [Int]
  let second: [Int]
  let weight: [Float]

  /// source = (i + ½)·in/out − ½, not below 0.
  init(from input: Int, to output: Int) {
    let scale = Float(input) / Float(output)
    let positions = (0..<output).map { max((Float($0) + 0.5) * scale - 0.5, 0) }
    first = positions.map { min(Int($0), input - 1) }
    second = first.map { min($0 + 1, input - 1) }
    weight = zip(positions, first).map { $0 - Float($1) }
  }
}

extension Image {
  /// Bilinear interpolation without a wider kernel, in single precision, rounded to the nearest byte.
  func resizedPlain(_ newWidth: Int, _ newHeight: Int) -> Image {
    let columns = PlainTaps(from: width, to: newWidth)
    let rows = PlainTaps(from: height, to: newHeight)
    return Image(width: newWidth, height: newHeight) { out in
      pixels.withUnsafeBufferPointer { pixels in
        var index = 0
        for y in 0..<newHeight {
          let (top, bottom) = (3 * rows.first[y] * width, 3 * rows.second[y] * width)
          let down = rows.weight[y]
          for x in 0..<newWidth {
            let (left, right, across) = (3 * columns.first[x], 3 * columns.second[x], columns.weight[x])
            for channel in 0..<3 {
              let upper =
                (1 - across) * Float(pixels[top + left + channel])
                + across * Float(pixels[top + right + channel])
              let lower =
                (1 - across) * Float(pixels[bottom + left + channel])
                + across * Float(pixels[bottom + right + channel])
              out[index] = UInt8(((1 - down) * upper + down * lower).rounded(.toNearestOrEven))
              index += 1
            }
          }
        }
      }
    }
  }
}
