/// `activation((x − centre) · gain + offset + residual)`, with one centre, gain and offset per channel: a
/// normalisation together with what follows it, in one pass over memory.
struct ChannelAffine: Sendable {
  let rows: ChannelRows
  let centre: Storage
  let gain: Storage
  let offset: Storage
  var activation: Activation

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

/// The gradients of a normalisation with residual and activation, from two passes over memory.
struct ChannelAffineGradient: Sendable {
  var affine: ChannelAffine
  let x: Tensor
  /// The gain and the inverse deviation of each channel.
  let gain: [Float]
  let inverse: [Float]
  /// The output, where the activation's input had a residual: without one it is computed from `x` again.
  let output: Tensor?
  /// Whether centre and gain came from the values themselves.
  let hasBatchStatistics: Bool
  let wantsInput: Bool
  let wantsCoefficients: Bool

  /// The gradients of the input, the scale, the offset and the residual.
  func callAsFunction(_ gradient: Tensor) -> [Tensor?] {
    let hasActivation = affine.activation != .none
    let isPassedOn = output != nil && hasActivation
    let passed = isPassedOn ? Tensor(shape: x.shape, storage: Storage(count: x.count)) : nil
    let needsSums = wantsCoefficients || (wantsInput && hasBatchStatistics) || isPassedOn
    let sums = needsSums ? sums(gradient, passed: passed?.storage) : nil
    let isPassed = isPassedOn || !hasActivation
    var input: Tensor?
    if wantsInput {
      input =
        if hasBatchStatistics, let sums { self.input(passed ?? gradient, isPassed: isPassed, sums) } else {
          self.input(passed ?? gradient, isPassed: isPassed)
        }
    }
    return [input, sums.map { scale($0.weighted) }, sums.map { channels($0.plain) }]
      + (output == nil ? [] : [passed ?? gradient])
  }

  /// The same for an activation that passes every gradient on.
  func withoutActivation(_ gradient: Tensor) -> [Tensor?] {
    var open = self
    open.affine.activation = .none
    return open(gradient)
  }

  /// The sums over all values of the activation's gradient, and of that times `x − centre`, per channel.
  private func sums(_ gradient: Tensor, passed: Storage?) -> (plain: [Double], weighted: [Double]) {
    let rows = affine.rows
    let isPassed = affine.activation == .none
    let (plain, weighted) = rows.sums { chunk, sums in
      let weighted = sums + rows.width
      chunk.forEachStrip { index, column, count, lanes in
        let centre = Vector(at: affine.centre.base + column)
        var (plainSum, weightedSum) = (Vector(at: sums + column), Vector(at: weighted + column))
        for row in 0..<count {
          let index = index + row &* rows.width
          var g = Vector(at: gradient.storage.base + index, lanes: lanes)
          if !isPassed { g = affine.passed(g, activated(index, column, lanes)) }
          if let passed { g.store(to: passed.base + index, lanes: lanes) }
          plainSum += g
          weightedSum.addProduct(g, Vector(at: x.storage.base + index, lanes: lanes) - centre)
        }
        plainSum.store(to: sums + column)
        weightedSum.store(to: weighted + column)
      }
    } joining: { _, plain, weighted in
      (plain, weighted)
    }
    return (plain, weighted)
  }

  /// `gain · g`: what given statistics leave of the gradient, whatever the values are.
  private func input(_ gradient: Tensor, isPassed: Bool) -> Tensor {
    let output = Storage(count: x.count)
    affine.rows.forEachChunk { chunk in
      chunk.forEachVector { index, column, lanes in
        var g = Vector(at: gradient.storage.base + index, lanes: lanes)
        if !isPassed { g = affine.passed(g, activated(index, column, lanes)) }
        Vector.zero.addingProduct(Vector(at: affine.gain.base + column), g)
          .store(to: output.base + index, lanes: lanes)
      }
    }
    return Tensor(shape: x.shape, storage: output)
  }

  /// `gain · g + slope · (x − centre) + shift`: the sums over the batch have become the slope and the shift
  /// of each channel.
  private func input(
    _ gradient: Tensor, isPassed: Bool, _ sums: (plain: [Double], weighted: [Double])
  ) -> Tensor {
    let rows = affine.rows
    let samples = Double(rows.samples)
    let channels = 0..<rows.channels
    let slope = rows.widened(
      channels.map { channel in
        let curvature = Double(gain[channel]) * Double(inverse[channel]) * Double(inverse[channel])
        return Float(-curvature * sums.weighted[channel] / samples)
      })
    let shift = rows.widened(channels.map { Float(-Double(gain[$0]) * sums.plain[$0] / samples) })
    let output = Storage(count: x.count)
    rows.forEachChunk { chunk in
      chunk.forEachVector { index, column, lanes in
        let centred =
          Vector(at: x.storage.base + index, lanes: lanes) - Vector(at: affine.centre.base + column)
        var g = Vector(at: gradient.storage.base + index, lanes: lanes)
        if !isPassed { g = affine.passed(g, activated(index, column, lanes)) }
        Vector(at: shift.base + column)
          .addingProduct(Vector(at: affine.gain.base + column), g)
          .addingProduct(Vector(at: slope.base + column), centred)
          .store(to: output.base + index, lanes: lanes)
      }
    }
    return Tensor(shape: x.shape, storage: output)
  }

  /// What tells where the activation passes gradients on: its output, or its input.
  @inline(__always)
  private func activated(_ index: Int, _ column: Int, _ lanes: Int) -> Vector {
    if let output { return Vector(at: output.storage.base + index, lanes: lanes) }
    return affine.normalised(x.storage.base, index, column, lanes)
  }

  private func scale(_ weighted: [Double]) -> Tensor {
    channels(zip(weighted, inverse).map { $0 * Double($1) })
  }

  private func channels(_ values: [Double]) -> Tensor {
    Tensor(values.map { Float($0) }, shape: [values.count])
  }
}
