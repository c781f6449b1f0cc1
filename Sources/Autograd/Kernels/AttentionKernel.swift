/// `softmax(scale · query · keyᵀ) · value` for every head, without copies of the queries.
///
/// A task packs the keys and values of its head and goes through its queries six at a time: their scores, the
/// exponentials and the product with the values follow each other in the first-level cache. The forward pass
/// keeps only the logarithm of each row's sum of exponentials; the backward pass computes the weights again
/// from that (Dao et al. 2022, FlashAttention, algorithm 4) and leaves a block of them, and of the gradients
/// of the scores, for the sums over queries that the gradients of the keys and values are.
struct AttentionKernel: Sendable {
  let query: AttentionOperand
  let key: AttentionOperand
  let value: AttentionOperand
  let batch: Int
  let heads: Int
  let queries: Int
  let keys: Int
  /// The channels of a query or key, and of a value.
  let channels: (key: Int, value: Int)
  let scale: Float

  /// The values between rows of scores: the keys, rounded up to whole vectors.
  private var pitch: Int { Self.wholeVectors(keys) }
  /// The tasks below which the queries of a head are shared out.
  private static let leastTasks = 12
  /// The queries whose weights meet in one sum over queries; a tile of their factors fits into the
  /// first-level cache.
  private static let blockRows = 17 * RowKernel.rows

  /// Writes the output, and returns the logarithm of the sum of exponentials for `[batch, heads, queries]`.
  func forward(into output: AttentionOperand) -> Tensor {
    let logSums = Tensor(shape: [batch, heads, queries], storage: Storage(count: batch * heads * queries))
    let width = Self.wholeVectors(channels.value)
    forEachBlock { index, rows in
      let head = head(index)
      let (keys, values) = (
        pack(key, channels.key, head, transposed: true), pack(value, channels.value, head)
      )
      withTile(width: width) { scores, products, zeros in
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: RowKernel.rows) {
          let six = sixRows(query, head, start..<rows.upperBound)
          six.multiply(keys, into: scores, pitch: pitch, zeros: zeros)
          var (offsets, sums) = (Vector.zero, Vector(repeating: 1))
          for row in 0..<six.count {
            (offsets[row], sums[row]) = softmax(scores + row * pitch)
          }
          (offsets + VectorMath.log(sums)).store(
            to: logSums.storage.base + index * queries + start, count: six.count)
          let inverses = 1 / sums
          SixRows(source: scores, sourceStride: pitch, count: six.count)
            .multiply(values, into: products, pitch: width, zeros: zeros)
          for row in 0..<six.count {
            scale(
              products + row * width, by: inverses[row], into: output.pointer(head, row: start + row),
              count: channels.value)
          }
        }
      }
    }
    return logSums
  }

  /// The weights of every query `[batch, heads, queries, keys]`; each row adds up to 1.
  func weights() -> Tensor {
    let weights = Storage(count: batch * heads * queries * keys)
    forEachBlock { index, rows in
      let head = head(index)
      let packed = pack(key, channels.key, head, transposed: true)
      withTile(width: 0) { scores, _, zeros in
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: RowKernel.rows) {
          let six = sixRows(query, head, start..<rows.upperBound)
          six.multiply(packed, into: scores, pitch: pitch, zeros: zeros)
          for row in 0..<six.count {
            let sum = softmax(scores + row * pitch).sum
            let target = weights.base + (index * queries + start + row) * keys
            scale(scores + row * pitch, by: 1 / sum, into: target, count: keys)
          }
        }
      }
    }
    return Tensor(shape: [batch, heads, queries, keys], storage: weights)
  }

  /// Writes the gradients of the three operands.
  func backward(
    _ gradient: AttentionOperand, output: AttentionOperand, logSums: Tensor,
    into gradients: (query: AttentionOperand, key: AttentionOperand, value: AttentionOperand)
  ) {
    let blocks = max(1, (queries + Self.blockRows - 1) / Self.blockRows)
    let even = (queries + blocks - 1) / blocks
    let block = (even + RowKernel.rows - 1) / RowKernel.rows * RowKernel.rows
    Parallel.forEach(batch * heads) { index in
      let head = head(index)
      let packed = PackedHead(
        keys: pack(key, channels.key, head), keysAcross: pack(key, channels.key, head, transposed: true),
        valuesAcross: pack(value, channels.value, head, transposed: true))
      withScratch(2 * block * pitch) { weights in
        let scores = weights + block * pitch
        for start in stride(from: 0, to: queries, by: block) {
          let rows = start..<min(queries, start + block)
          scoreGradients(
            head, rows, packed, gradient, output, logSums: logSums.storage.base + index * queries,
            weights: weights, scores: scores, into: gradients.query)
          addTransposed(
            weights, gradient, head, rows, columns: channels.value, into: gradients.value)
          addTransposed(scores, query, head, rows, columns: channels.key, into: gradients.key)
        }
      }
    }
  }

  /// The keys and values of a head as the right operands of the backward pass.
  private struct PackedHead {
    let keys: PackedColumns
    let keysAcross: PackedColumns
    let valuesAcross: PackedColumns
  }

  /// Fills `weights` with the weights p of a block of queries and `scores` with the gradient of their raw
  /// scores, `scale · p · (g · vᵀ − ⟨g, o⟩)`, and writes the gradient of the queries.
  private func scoreGradients(
    _ head: AttentionHead, _ rows: Range<Int>, _ packed: PackedHead, _ gradient: AttentionOperand,
    _ output: AttentionOperand, logSums: UnsafePointer<Float>, weights: UnsafeMutablePointer<Float>,
    scores: UnsafeMutablePointer<Float>, into target: AttentionOperand
  ) {
    let width = Self.wholeVectors(channels.key)
    withTile(width: width) { _, products, zeros in
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: RowKernel.rows) {
        let offset = (start - rows.lowerBound) * pitch
        let (weights, scores) = (weights + offset, scores + offset)
        let six = sixRows(query, head, start..<rows.upperBound)
        sixRows(output, head, start..<rows.upperBound).fetch(channels.value)
        six.multiply(packed.keysAcross, into: weights, pitch: pitch, zeros: zeros)
        sixRows(gradient, head, start..<rows.upperBound)
          .multiply(packed.valuesAcross, into: scores, pitch: pitch, zeros: zeros)
        for row in 0..<six.count {
          exponentials(weights + row * pitch, above: logSums[start + row])
          let along = dot(
            gradient.pointer(head, row: start + row), output.pointer(head, row: start + row), channels.value)
          for column in stride(from: row * pitch, to: (row + 1) * pitch, by: 16) {
            let centred = Vector(at: scores + column) - along
            (Vector(at: weights + column) * scale * centred).store(to: scores + column)
          }
        }
        SixRows(source: scores, sourceStride: pitch, count: six.count)
          .multiply(packed.keys, into: products, pitch: width, zeros: zeros)
        for row in 0..<six.count {
          target.pointer(head, row: start + row).update(from: products + row * width, count: channels.key)
        }
      }
    }
  }

  /// Adds `tileᵀ · right`, one line per key, to what earlier blocks of queries have left there, if any.
  private func addTransposed(
    _ tile: UnsafePointer<Float>, _ right: AttentionOperand, _ head: AttentionHead, _ rows: Range<Int>,
    columns: Int, into target: AttentionOperand
  ) {
    let tiles = OuterTiles.tiles(lines: keys)
    let width = OuterKernel.vectors * 16
    withScratch(rows.count * width + OuterTiles.scratchCount) { packed in
      for panel in PackedColumns.panels(columns: columns, vectors: OuterKernel.vectors) {
        panel.pack(right.view(head), lines: rows, into: packed)
        OuterTiles(
          tiles: tiles, lines: keys, panel: panel, factors: tile, tileStride: 0, lineStride: 1, pitch: pitch,
          pixels: rows.count, columns: packed, scratch: packed + rows.count * width
        ).run(
          into: target.pointer(head, row: 0) + panel.firstColumn, stride: target.layout.row,
          isAccumulating: rows.lowerBound > 0)
      }
    }
  }

  /// The head of one index, sample by sample.
  private func head(_ index: Int) -> AttentionHead {
    AttentionHead(sample: index / heads, number: index % heads)
  }

  /// Up to six rows of a head, from the first of `rows` on.
  private func sixRows(_ operand: AttentionOperand, _ head: AttentionHead, _ rows: Range<Int>) -> SixRows {
    SixRows(
      source: operand.pointer(head, row: rows.lowerBound), sourceStride: operand.layout.row,
      count: min(RowKernel.rows, rows.count))
  }

  /// The rows of the keys or values of one head as the right operand of products.
  private func pack(
    _ operand: AttentionOperand, _ width: Int, _ head: AttentionHead, transposed: Bool = false
  ) -> PackedColumns {
    PackedColumns(
      blockDepth: transposed ? width : keys, columns: transposed ? keys : width,
      [operand.view(head, transposed: transposed)])
  }

  /// Calls `body` for every block of queries of every head.
  private func forEachBlock(_ body: @Sendable (_ head: Int, Range<Int>) -> Void) {
    let tiles = (queries + RowKernel.rows - 1) / RowKernel.rows
    let wanted = (Self.leastTasks + batch * heads - 1) / max(1, batch * heads)
    let blocks = max(1, min(wanted, tiles / 8))
    let block = (tiles + blocks - 1) / blocks * RowKernel.rows
    Parallel.forEach(batch * heads * blocks) { index in
      let (number, start) = (index / blocks, index % blocks * block)
      guard start < queries else { return }
      body(number, start..<min(queries, start + block))
    }
  }

  /// Calls `body` with room for six rows of scores, room for six rows of `width` values, and some zeros.
  private func withTile(
    width: Int,
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    let zeros = 64
    withScratch(zeros + RowKernel.rows * (pitch + width)) { scratch in
      scratch.update(repeating: 0, count: zeros)
      let scores = scratch + zeros
      body(scores, scores + RowKernel.rows * pitch, scratch)
    }
  }

  private static func wholeVectors(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}

extension AttentionKernel {
  /// Replaces a row of raw scores by the exponentials of what they lie above the largest, `offset`.
  @inline(__always)
  private func softmax(_ row: UnsafeMutablePointer<Float>) -> (offset: Float, sum: Float) {
    hideSurplus(row)
    var largest = Vector(repeating: -.infinity)
    for column in stride(from: 0, to: pitch, by: 16) {
      let scores = Vector(at: row + column)
      largest = largest.replacing(with: scores, where: scores .> largest)
    }
    let offset = largest.largest * scale
    return (offset, powers(row, above: offset))
  }

  /// Replaces a row of raw scores by `exp(scale · score − offset)`.
  @inline(__always)
  private func exponentials(_ row: UnsafeMutablePointer<Float>, above offset: Float) {
    hideSurplus(row)
    _ = powers(row, above: offset)
  }

  /// The surplus columns become −∞, of which the exponential is 0.
  @inline(__always)
  private func hideSurplus(_ row: UnsafeMutablePointer<Float>) {
    for column in keys..<pitch { row[column] = -.infinity }
  }

  @inline(never)
  private func powers(_ row: UnsafeMutablePointer<Float>, above offset: Float) -> Float {
    var sum = Vector.zero
    for column in stride(from: 0, to: pitch, by: 16) {
      let power = VectorMath.expBelow88(
        Vector(repeating: -offset).addingProduct(Vector(at: row + column), Vector(repeating: scale)))
      power.store(to: row + column)
      sum += power
    }
    return sum.total
  }

  @inline(__always)
  private func scale(
    _ row: UnsafePointer<Float>, by factor: Float, into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    let whole = count / 16 * 16
    for column in stride(from: 0, to: whole, by: 16) {
      (Vector(at: row + column) * factor).store(to: target + column)
    }
    for column in whole..<count { target[column] = row[column] * factor }
  }

  @inline(__always)
  private func dot(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int) -> Float {
    let whole = count / 16 * 16
    var sums = Vector.zero
    for column in stride(from: 0, to: whole, by: 16) {
      sums.addProduct(Vector(at: left + column), Vector(at: right + column))
    }
    var sum = sums.total
    for column in whole..<count { sum += left[column] * right[column] }
    return sum
  }
}
