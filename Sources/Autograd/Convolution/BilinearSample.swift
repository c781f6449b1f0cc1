/// The four pixels around a position of a map and their shares; pixels outside the map count as zero.
struct BilinearSample {
  /// The pixels at top left, top right, bottom left and bottom right; those outside are replaced by pixel 0.
  let pixels: SIMD4<Int>
  /// Their shares, 0 for those outside.
  let weights: SIMD4<Float>
  /// 1 for pixels inside the map, 0 for others.
  private let inside: SIMD4<Float>
  /// How far the position lies below the upper and right of the left pixels, 0 … 1.
  private let fraction: (y: Float, x: Float)

  /// The sample at `(y, x)` in pixels; a position that is not a number makes every share so.
  @inline(__always)
  init(y: Float, x: Float, height: Int, width: Int) {
    guard y >= -1, y < Float(height), x >= -1, x < Float(width) else {
      pixels = SIMD4(repeating: 0)
      weights = SIMD4(repeating: y.isNaN || x.isNaN ? .nan : 0)
      inside = SIMD4(repeating: 0)
      fraction = (0, 0)
      return
    }
    let (top, left) = (y.rounded(.down), x.rounded(.down))
    let (row, column) = (Int(top), Int(left))
    let (lowY, lowX) = (y - top, x - left)
    let rows = SIMD2<Float>(row >= 0 ? 1 : 0, row + 1 < height ? 1 : 0)
    let columns = SIMD2<Float>(column >= 0 ? 1 : 0, column + 1 < width ? 1 : 0)
    inside = SIMD4(rows[0] * columns[0], rows[0] * columns[1], rows[1] * columns[0], rows[1] * columns[1])
    weights =
      inside * SIMD4((1 - lowY) * (1 - lowX), (1 - lowY) * lowX, lowY * (1 - lowX), lowY * lowX)
    fraction = (lowY, lowX)
    let first = row * width + column
    let places = SIMD4(first, first + 1, first + width, first + width + 1)
    pixels = places.replacing(with: 0, where: SIMD4<Int>(inside) .== 0)
  }

  /// Writes the weighted sum of the four pixels of a map of `channels`.
  @inline(__always)
  func blend(
    _ map: UnsafePointer<Float>, _ channels: Int, weights: SIMD4<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    let (a, b) = (map + pixels[0] * channels, map + pixels[1] * channels)
    let (c, d) = (map + pixels[2] * channels, map + pixels[3] * channels)
    let (first, second) = (Vector(repeating: weights[0]), Vector(repeating: weights[1]))
    let (third, fourth) = (Vector(repeating: weights[2]), Vector(repeating: weights[3]))
    var channel = 0
    while channel < channels {
      var sum = first * Vector(at: a + channel)
      sum.addProduct(second, Vector(at: b + channel))
      sum.addProduct(third, Vector(at: c + channel))
      sum.addProduct(fourth, Vector(at: d + channel))
      sum.store(to: out + channel, count: channels - channel)
      channel &+= 16
    }
  }

  /// Adds `count` values with each pixel's share to the pixels of a map, which lie `stride` values apart.
  @inline(__always)
  func spread(
    _ values: UnsafePointer<Float>, _ count: Int, weights: SIMD4<Float>,
    into map: UnsafeMutablePointer<Float>, stride: Int
  ) {
    for corner in 0..<4 where weights[corner] != 0 {
      let target = map + pixels[corner] * stride
      let weight = Vector(repeating: weights[corner])
      var channel = 0
      while channel < count {
        let sum = Vector(at: target + channel).addingProduct(weight, Vector(at: values + channel))
        sum.store(to: target + channel, count: count - channel)
        channel &+= 16
      }
    }
  }

  /// The inner product of `values` with each pixel, 0 for those outside.
  @inline(__always)
  func products(
    _ map: UnsafePointer<Float>, _ channels: Int, with values: UnsafePointer<Float>
  ) -> SIMD4<Float> {
    var products = SIMD4<Float>(repeating: 0)
    let whole = channels & ~15
    for corner in 0..<4 where inside[corner] != 0 {
      let pixel = map + pixels[corner] * channels
      var sum = Vector.zero
      var channel = 0
      while channel < whole {
        sum.addProduct(Vector(at: values + channel), Vector(at: pixel + channel))
        channel &+= 16
      }
      if whole < channels {
        sum.addProduct(
          Vector(at: values + whole, count: channels - whole),
          Vector(at: pixel + whole, count: channels - whole))
      }
      products[corner] = sum.total
    }
    return products
  }

  /// The derivative by the position of a sum over pixels of share times `products`.
  @inline(__always)
  func slope(_ products: SIMD4<Float>) -> (y: Float, x: Float) {
    let (y, x) = fraction
    return (
      (1 - x) * (products[2] - products[0]) + x * (products[3] - products[1]),
      (1 - y) * (products[1] - products[0]) + y * (products[3] - products[2])
    )
  }
}
