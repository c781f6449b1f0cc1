extension Tensor {
  /// Divides by the Euclidean length along `axis`: `x / max(‖x‖₂, epsilon)`, as PyTorch's `normalize`.
  ///
  /// The output has this tensor's shape. Where the length is below `epsilon` it counts as the constant
  /// `epsilon`; the gradient elsewhere is `(g − y · ⟨g, y⟩) / ‖x‖₂`.
  ///
  /// - Precondition: the axis exists.
  public func l2Normalized(axis: Int = -1, epsilon: Float = 1e-12) -> Tensor {
    let axis = shape.normalized(axis: axis)
    let length = shape[axis]
    let inner = shape[(axis + 1)...].reduce(1, *)
    let x = detached()
    let lines = LineView(length: length, inner: inner, count: count)
    let norms = Tensor(shape: [lines.count]) { out in
      parallelFill(&out, grain: lines.grain) { part, start in
        for line in part.indices {
          let square = lines.dot(x, x, line: start + line)
          let norm = Float(square.squareRoot())
          part[line] = norm < epsilon ? epsilon : norm
        }
      }
    }
    let output = Tensor(shape: shape, storage: Storage(count: count))
    Parallel.forEachRange(lines.count, grain: lines.grain) { range in
      for line in range {
        let inverse = 1 / norms.storage.base[line]
        lines.forEachIndex(line: line) { output.storage.base[$0] = x.storage.base[$0] * inverse }
      }
    }
    return output.recorded("l2Normalized", from: self) { gradient in
      let input = Tensor(shape: gradient.shape, storage: Storage(count: gradient.count))
      Parallel.forEachRange(lines.count, grain: lines.grain) { range in
        for line in range {
          let norm = norms.storage.base[line]
          let along = norm > epsilon ? Float(lines.dot(gradient, output, line: line)) : 0
          lines.forEachIndex(line: line) { index in
            let across = gradient.storage.base[index] - output.storage.base[index] * along
            input.storage.base[index] = across / norm
          }
        }
      }
      return input
    }
  }
}

/// The lines along one axis of a row-major tensor: `length` values, `inner` apart.
private struct LineView: Sendable {
  let length: Int
  let inner: Int
  /// The number of lines.
  let count: Int

  init(length: Int, inner: Int, count: Int) {
    self.length = length
    self.inner = inner
    self.count = length == 0 ? 0 : count / length
  }

  /// The lines that one thread takes at a time.
  var grain: Int { Swift.max(1, (1 << 14) / Swift.max(length, 1)) }

  @inline(__always) func forEachIndex(line: Int, _ body: (Int) -> Void) {
    let start = line / inner * inner * length + line % inner
    for step in 0..<length { body(start + step * inner) }
  }

  @inline(__always) func dot(_ left: Tensor, _ right: Tensor, line: Int) -> Double {
    var sum = 0.0
    forEachIndex(line: line) { sum += Double(left.storage.base[$0]) * Double(right.storage.base[$0]) }
    return sum
  }
}
