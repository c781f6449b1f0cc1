/// `activation((x − centre) · gain + offset + residual)`, with one centre, gain and offset per channel: a
/// normalisation together with what follows it, in one pass over memory.
struct ChannelAffine: Sendable {
  let rows: ChannelRows
  let centre: Storage
  let gain: Storage
  let offset: Storage
  let activation: Activation

  init(rows: ChannelRows, centre: [Float], gain: [Float], offset: [Float], activation: Activation = .none) {
    self.rows = rows
    self.centre = rows.widened(centre)
    self.gain = rows.widened(gain)
    self.offset = rows.widened(offset)
    self.activation = activation
  }

  /// The normalised values, of the shape of `x`.
  func callAsFunction(_ x: Tensor, adding residual: Tensor? = nil) -> Tensor {
    let output = Storage(count: x.count)
    let bounds = activation.bounds
    rows.forEachChunk { chunk in
      let (x, r, y) = (x.storage.base, residual?.storage.base, output.base)
      chunk.forEachVector { index, column, lanes in
        limited(x, r, index, column, lanes, bounds).store(to: y + index, lanes: lanes)
      }
    }
    return Tensor(shape: x.shape, storage: output)
  }

  /// The same function of a product's values, in their place.
  ///
  /// - Precondition: the product's rows are whole vectors.
  func finish(adding residual: Tensor? = nil) -> ProductFinish {
    let bounds = activation.bounds
    return { block in
      let (values, r) = (block.base, residual?.storage.base)
      block.forEachRun { first, channel, count in
        for offset in stride(from: 0, to: count, by: 16) {
          let index = first &+ offset
          limited(values, r, index, channel &+ offset, 16, bounds).store(to: values + index)
        }
      }
    }
  }

  @inline(__always)
  private func limited(
    _ x: UnsafePointer<Float>, _ residual: UnsafePointer<Float>?, _ index: Int, _ column: Int, _ lanes: Int,
    _ bounds: (lower: Float, upper: Float)
  ) -> Vector {
    var value = normalised(x, index, column, lanes)
    if let residual { value += Vector(at: residual + index, lanes: lanes) }
    value.replace(with: bounds.lower, where: value .< bounds.lower)
    value.replace(with: bounds.upper, where: value .> bounds.upper)
    return value
  }

  /// The gradient where the activation passes it on.
  @inline(__always)
  func passed(_ gradient: Vector, _ value: Vector) -> Vector {
    let (lower, upper) = activation.bounds
    return gradient.replacing(with: 0, where: (value .<= lower) .| (value .>= upper))
  }

  /// The values before residual and activation.
  @inline(__always)
  func normalised(_ x: UnsafePointer<Float>, _ index: Int, _ column: Int, _ lanes: Int) -> Vector {
    let centred = Vector(at: x + index, lanes: lanes) - Vector(at: centre.base + column)
    return Vector(at: offset.base + column).addingProduct(Vector(at: gain.base + column), centred)
  }
}
