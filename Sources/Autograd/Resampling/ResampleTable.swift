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
