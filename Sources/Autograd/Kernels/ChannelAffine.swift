/// A normalisation with fixed coefficients: `(x − centre) · gain + offset`, each per channel.
struct ChannelAffine: Sendable {
  let rows: ChannelRows
  let centre: [Float]
  let gain: [Float]
  let offset: [Float]

  /// The normalised values, of the shape of `x`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    let (centre, gain, offset) = (rows.widened(centre), rows.widened(gain), rows.widened(offset))
    return rows.map(x, x, shape: x.shape) { count, x, _, out in
      let (c, g, o) = (centre.storage.base, gain.storage.base, offset.storage.base)
      for row in 0..<count {
        for column in stride(from: 0, to: rows.width, by: 16) {
          let index = row &* rows.width &+ column
          let centred = Vector(at: x + index) - Vector(at: c + column)
          (Vector(at: o + column).addingProduct(Vector(at: g + column), centred)).store(to: out + index)
        }
      }
    }
  }
}

extension ChannelRows {
  /// The sums over all values of `gradient` and of `gradient · (x − centre)`, per channel.
  func gradientSums(
    _ x: Tensor, _ gradient: Tensor, centre: [Float]
  ) -> (plain: [Double], weighted: [Double]) {
    let centre = widened(centre)
    let sums = sums(x, gradient) { count, x, gradient, sums in
      let (c, weighted) = (centre.storage.base, sums + width)
      for row in 0..<count {
        for column in stride(from: 0, to: width, by: 16) {
          let index = row &* width &+ column
          let g = Vector(at: gradient + index)
          let centred = Vector(at: x + index) - Vector(at: c + column)
          (Vector(at: sums + column) + g).store(to: sums + column)
          (Vector(at: weighted + column).addingProduct(g, centred)).store(to: weighted + column)
        }
      }
    }
    return (sums.first, sums.second)
  }

  /// `a · gradient + b · (x − centre) + d`, each coefficient per channel.
  func combine(
    _ x: Tensor, _ gradient: Tensor, a: [Float], b: [Float], centre: [Float], d: [Float]
  ) -> Tensor {
    let (a, b, centre, d) = (widened(a), widened(b), widened(centre), widened(d))
    return map(x, gradient, shape: x.shape) { count, x, gradient, out in
      let (a, b, c, d) = (a.storage.base, b.storage.base, centre.storage.base, d.storage.base)
      for row in 0..<count {
        for column in stride(from: 0, to: width, by: 16) {
          let index = row &* width &+ column
          let centred = Vector(at: x + index) - Vector(at: c + column)
          let sum = Vector(at: d + column).addingProduct(Vector(at: a + column), Vector(at: gradient + index))
          (sum.addingProduct(Vector(at: b + column), centred)).store(to: out + index)
        }
      }
    }
  }
}
