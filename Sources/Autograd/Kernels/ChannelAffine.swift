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
    let (lower, upper) = activation.bounds
    rows.forEachChunk { chunk in
      let (x, r, y) = (x.storage.base, residual?.storage.base, output.base)
      chunk.forEachVector { index, column, lanes in
        var value = normalised(x, index, column, lanes)
        if let r { value += Vector(at: r + index, lanes: lanes) }
        value.replace(with: lower, where: value .< lower)
        value.replace(with: upper, where: value .> upper)
        value.store(to: y + index, lanes: lanes)
      }
    }
    return Tensor(shape: x.shape, storage: output)
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
