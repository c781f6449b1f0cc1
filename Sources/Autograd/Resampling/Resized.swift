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
  private func resampled(_ vertical: ResampleTable, _ horizontal: ResampleTable) -> Tensor {
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
