/// How a resize finds the value between grid points; the definitions are those of PyTorch's `interpolate`.
public enum Resampling: Sendable, CaseIterable {
  /// The value at `⌊index · input / output⌋`.
  case nearest
  /// Linear between the two neighbours; positions are centres of cells.
  case bilinear
  /// Linear between the two neighbours; the outermost grid points of input and output coincide.
  case bilinearAlignedCorners
  /// Keys' cubic over four neighbours with a = −0.75; positions are centres of cells, no antialiasing.
  case bicubic
}

extension Tensor {
  /// Resamples a map `[batch, height, width, channels]` to another height and width, in cells.
  ///
  /// Nothing is smoothed before shrinking. The gradient is the transposed resampling.
  ///
  /// - Precondition: the tensor has four axes and at least one cell; the new extents are positive.
  public func resized(height: Int, width: Int, _ mode: Resampling) -> Tensor {
    precondition(
      rank == 4 && shape[1] > 0 && shape[2] > 0,
      "resized: the shape \(shape) is not [batch, height, width, channels] with at least one cell")
    precondition(height > 0 && width > 0, "resized: cannot make a map of \(height) × \(width) cells")
    if shape[1] == height && shape[2] == width { return self }
    let vertical = ResampleTable(mode, from: shape[1], to: height)
    let horizontal = ResampleTable(mode, from: shape[2], to: width)
    return detached().resampled(vertical, horizontal).recorded("resized", from: self) { gradient in
      gradient.resampled(vertical.transposed(), horizontal.transposed())
    }
  }

  /// Applies a table along each of the two spatial axes.
  func resampled(_ vertical: ResampleTable, _ horizontal: ResampleTable) -> Tensor {
    let (batch, channels) = (shape[0], shape[3])
    let output = Storage(count: batch * vertical.outputs * horizontal.outputs * channels)
    let (lineIn, lineOut) = (horizontal.inputs * channels, horizontal.outputs * channels)
    Parallel.forEachRange(batch * vertical.outputs, grain: Swift.max(1, (1 << 14) / Swift.max(lineOut, 1))) {
      // One vector longer than the line, so that the horizontal pass may read whole vectors at its end.
      let line = Storage(count: lineIn + 16)
      (line.base + lineIn).update(repeating: 0, count: 16)
      for index in $0 {
        let image = storage.base + index / vertical.outputs * vertical.inputs * lineIn
        combineLines(image, vertical, index % vertical.outputs, line.base, lineIn)
        horizontal.withTerms { combineCells(line.base, $0, output.base + index * lineOut, channels) }
      }
    }
    return Tensor(
      shape: [batch, vertical.outputs, horizontal.outputs, channels], storage: output)
  }
}

/// Adds up the lines of `image` that make up line `output`.
private func combineLines(
  _ image: UnsafePointer<Float>, _ table: ResampleTable, _ output: Int, _ line: UnsafeMutablePointer<Float>,
  _ count: Int
) {
  let whole = count / 16 * 16
  line.update(repeating: 0, count: count)
  for term in table.terms(of: output) {
    let (source, weight) = (image + table.sources[term] * count, table.weights[term])
    for index in stride(from: 0, to: whole, by: 16) {
      (Vector(at: line + index).addingProduct(Vector(repeating: weight), Vector(at: source + index)))
        .store(to: line + index)
    }
    for index in whole..<count { line[index] += weight * source[index] }
  }
}

/// Adds up the cells of `line` that make up each cell of `out`.
///
/// Cells are written from left to right in whole vectors whose surplus lanes the next cell overwrites; only
/// the last cells, where that would leave the line, are written value by value.
private func combineCells(
  _ line: UnsafePointer<Float>, _ terms: ResampleTable.Terms, _ out: UnsafeMutablePointer<Float>,
  _ channels: Int
) {
  let count = terms.outputs * channels
  for cell in 0..<terms.outputs {
    let (first, end) = (terms.starts[cell], terms.starts[cell &+ 1])
    var channel = 0
    while channel < channels {
      var sum = Vector.zero
      for term in first..<end {
        let source = Vector(at: line + (terms.sources[term] &* channels &+ channel))
        sum.addProduct(Vector(repeating: terms.weights[term]), source)
      }
      let start = cell &* channels &+ channel
      if start + 16 <= count {
        sum.store(to: out + start)
      } else {
        sum.store(to: out + start, lanes: min(16, channels - channel))
      }
      channel &+= 16
    }
  }
}

/// Which inputs make up each output along one axis of a resize, and with which weights.
struct ResampleTable: Sendable {
  /// The number of inputs.
  let inputs: Int
  /// Where the terms of each output start, and where the last ones end.
  private(set) var starts: [Int] = [0]
  private(set) var sources: [Int] = []
  private(set) var weights: [Float] = []

  /// The number of outputs.
  var outputs: Int { starts.count - 1 }

  /// The terms of one output.
  @inline(__always) func terms(of output: Int) -> Range<Int> { starts[output]..<starts[output + 1] }

  /// The terms as plain memory, for inner loops.
  struct Terms {
    let outputs: Int
    let starts: UnsafePointer<Int>
    let sources: UnsafePointer<Int>
    let weights: UnsafePointer<Float>
  }

  /// Calls `body` with the terms as plain memory, valid only during the call.
  func withTerms(_ body: (Terms) -> Void) {
    starts.withUnsafeBufferPointer { starts in
      sources.withUnsafeBufferPointer { sources in
        weights.withUnsafeBufferPointer { weights in
          guard let starts = starts.baseAddress, let sources = sources.baseAddress,
            let weights = weights.baseAddress
          else { return }
          body(Terms(outputs: outputs, starts: starts, sources: sources, weights: weights))
        }
      }
    }
  }

  private init(inputs: Int) {
    self.inputs = inputs
  }

  /// The terms of `mode` from `inputs` to `outputs` values.
  init(_ mode: Resampling, from inputs: Int, to outputs: Int) {
    self.init(inputs: inputs)
    for output in 0..<outputs { append(Self.terms(mode, output, inputs, outputs)) }
  }

  private mutating func append(_ terms: [(source: Int, weight: Float)]) {
    sources += terms.map(\.source)
    weights += terms.map(\.weight)
    starts.append(sources.count)
  }

  /// The terms of some outputs, whose inputs are counted from `start`.
  func part(_ outputs: Range<Int>, startingAt start: Int, inputs: Int) -> ResampleTable {
    var table = ResampleTable(inputs: inputs)
    for output in outputs { table.append(terms(of: output).map { (sources[$0] - start, weights[$0]) }) }
    return table
  }

  /// The same terms seen from the inputs: what each of them contributes to.
  func transposed() -> ResampleTable {
    var table = ResampleTable(inputs: outputs)
    var lists = [[(source: Int, weight: Float)]](repeating: [], count: inputs)
    for output in 0..<outputs {
      for term in terms(of: output) { lists[sources[term]].append((output, weights[term])) }
    }
    for list in lists { table.append(list) }
    return table
  }

  /// Positions are computed in `Float`, as PyTorch does, so that both round to the same neighbour.
  private static func terms(
    _ mode: Resampling, _ output: Int, _ inputs: Int, _ outputs: Int
  ) -> [(source: Int, weight: Float)] {
    let ratio = Float(inputs) / Float(outputs)
    let last = inputs - 1
    switch mode {
    case .nearest:
      return [(min(Int(Float(output) * ratio), last), 1)]
    case .bilinear:
      return linear(max(0, (Float(output) + 0.5) * ratio - 0.5), last)
    case .bilinearAlignedCorners:
      return linear(outputs > 1 ? Float(output) * (Float(last) / Float(outputs - 1)) : 0, last)
    case .bicubic:
      let position = (Float(output) + 0.5) * ratio - 0.5
      let first = position.rounded(.down)
      return cubicWeights(position - first).enumerated().map { tap, weight in
        (min(max(Int(first) - 1 + tap, 0), last), weight)
      }
    }
  }

  private static func linear(_ position: Float, _ last: Int) -> [(source: Int, weight: Float)] {
    let first = min(Int(position), last)
    let fraction = position - Float(first)
    guard fraction > 0, first < last else { return [(first, 1)] }
    return [(first, 1 - fraction), (first + 1, fraction)]
  }

  /// The convolution kernel of Keys (1981) with a = −0.75 at the four neighbours of a position.
  private static func cubicWeights(_ fraction: Float) -> [Float] {
    let a: Float = -0.75
    func near(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }
    func far(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
    return [far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction)]
  }
}
