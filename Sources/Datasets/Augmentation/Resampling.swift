public import Autograd
public import Imaging

extension Geometry {
  /// The mask after this geometry: nearest neighbour, `outside` where there is padding.
  ///
  /// - Precondition: the mask has the size of the source.
  public func applied(to mask: LabelMap, outside: UInt8 = 255) -> LabelMap {
    precondition(
      mask.width == sourceWidth && mask.height == sourceHeight,
      "geometry: a mask of \(mask.width) × \(mask.height) for a source of \(sourceWidth) × \(sourceHeight)")
    var ids = [UInt8](repeating: outside, count: width * height)
    let box = self.box
    let columns = (box.left..<box.right).map { x in
      Self.nearest(scaledColumn(x), from: sourceWidth, to: scaledWidth)
    }
    let source = mask.ids
    for y in box.top..<box.bottom {
      let row = Self.nearest(scaledRow(y), from: sourceHeight, to: scaledHeight) * sourceWidth
      for (index, column) in columns.enumerated() { ids[y * width + box.left + index] = source[row + column] }
    }
    return LabelMap(width: width, height: height, ids: ids, palette: mask.palette)
  }

  /// The picture after this geometry: bilinear, antialiased when it shrinks, `padding` outside.
  ///
  /// - Precondition: the picture has the size of the source.
  public func applied(to image: Image, padding: Color = .black) -> Image {
    let part = resampled(image)
    let box = self.box
    var result = Image(width: width, height: height, color: padding)
    var pixels = result.pixels
    let rowLength = 3 * (box.right - box.left)
    for y in box.top..<box.bottom {
      for index in 0..<rowLength {
        let value = part[(y - box.top) * rowLength + index]
        pixels[3 * (y * width + box.left) + index] = UInt8(min(max(value.rounded(), 0), 255))
      }
    }
    result.pixels = pixels
    return result
  }

  /// A map `[height, width, channels]` of the source after this geometry: bilinear, antialiased when it
  /// shrinks, `outside` where there is padding. No gradient passes.
  ///
  /// - Precondition: the map has the size of the source.
  public func applied(to map: Tensor, outside: Float = 0) -> Tensor {
    precondition(
      map.rank == 3 && map.shape[0] == sourceHeight && map.shape[1] == sourceWidth,
      "geometry: a map \(map.shape) for a source of \(sourceWidth) × \(sourceHeight)")
    let channels = map.shape[2]
    let part = resampled(map.scalars, channels: channels)
    let box = self.box
    let rowLength = channels * (box.right - box.left)
    var values = [Float](repeating: outside, count: width * height * channels)
    for y in box.top..<box.bottom {
      let start = (y * width + box.left) * channels
      values[start..<start + rowLength] = part[(y - box.top) * rowLength..<(y - box.top + 1) * rowLength]
    }
    return Tensor(values, shape: [height, width, channels])
  }

  /// The red, green and blue of the pixels inside `box`, 0...255.
  func resampled(_ image: Image) -> [Float] {
    precondition(
      image.width == sourceWidth && image.height == sourceHeight,
      "geometry: an image of \(image.width) × \(image.height) for a source of \(sourceWidth) × "
        + "\(sourceHeight)"
    )
    return resampled(image.pixels.map { Float($0) }, channels: 3)
  }

  /// The values of the pixels inside `box`: first along the rows that are needed, then along the columns.
  private func resampled(_ source: [Float], channels: Int) -> [Float] {
    let box = self.box
    guard !box.isEmpty else { return [] }
    let columns = Taps(box.left..<box.right, from: sourceWidth, to: scaledWidth, position: scaledColumn)
    let rows = Taps(box.top..<box.bottom, from: sourceHeight, to: scaledHeight, position: scaledRow)
    let rowLength = (box.right - box.left) * channels
    let needed = rows.reach
    var rowwise = [Float](repeating: 0, count: needed.count * rowLength)
    for row in needed {
      var out = (row - needed.lowerBound) * rowLength
      for (first, weights) in columns.all {
        for channel in 0..<channels {
          var sum: Float = 0
          var at = (row * sourceWidth + first) * channels + channel
          for weight in weights {
            sum += weight * source[at]
            at += channels
          }
          rowwise[out] = sum
          out += 1
        }
      }
    }
    var result = [Float](repeating: 0, count: rows.all.count * rowLength)
    for (number, (first, weights)) in rows.all.enumerated() {
      for (offset, weight) in weights.enumerated() {
        let from = (first + offset - needed.lowerBound) * rowLength
        for index in 0..<rowLength { result[number * rowLength + index] += weight * rowwise[from + index] }
      }
    }
    return result
  }

  /// The source pixel whose area holds the middle of a scaled pixel.
  private static func nearest(_ position: Int, from source: Int, to scaled: Int) -> Int {
    min((2 * position + 1) * source / (2 * scaled), source - 1)
  }
}

/// For each pixel of a result's row or column: the source pixels that it is made of.
private struct Taps {
  /// The first source pixel and the weights of it and those after it, which sum to one.
  let all: [(first: Int, weights: [Float])]
  /// All source pixels that are used.
  let reach: Range<Int>

  /// A triangle filter with half-pixel centres, as wide as the shrink factor, as in Pillow.
  init(_ pixels: Range<Int>, from source: Int, to scaled: Int, position: (Int) -> Int) {
    let ratio = Double(source) / Double(scaled)
    let support = max(ratio, 1)
    all = pixels.map { pixel in
      let center = (Double(position(pixel)) + 0.5) * ratio
      let first = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), source)
      let weights = (first..<end).map { max(0, 1 - abs((Double($0) + 0.5 - center) / support)) }
      let sum = weights.reduce(0, +)
      return (first, weights.map { Float($0 / sum) })
    }
    let low = all.map(\.first).min() ?? 0
    reach = low..<(all.map { $0.first + $0.weights.count }.max() ?? low)
  }
}
