/// `softmax(scale · query · keyᵀ) · value` for every head, without copies of its operands.
///
/// The keys and values of a head are packed once. The scores of a block of queries live in a tile that stays
/// in the cache. The forward pass keeps only the logarithm of each row's sum of exponentials; the backward
/// pass computes the weights again from that (Dao et al. 2022, FlashAttention, algorithm 4).
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

  /// The values between rows of a tile: the keys, rounded up to whole vectors.
  private var pitch: Int { (keys + 15) / 16 * 16 }
  /// The queries of a tile of at most 256 KiB, in whole tiles of the product kernel.
  private var blockRows: Int {
    let most = (1 << 16) / max(pitch, 1) / RowKernel.rows * RowKernel.rows
    return min(queries, max(2 * RowKernel.rows, most))
  }

  /// Writes the output, and returns the logarithm of the sum of exponentials for `[batch, heads, queries]`.
  func forward(into output: AttentionOperand) -> Tensor {
    let logSums = Tensor(shape: [batch, heads, queries], storage: Storage(count: batch * heads * queries))
    let (packedKeys, packedValues) = (
      packed(key, channels.key, transposed: true), packed(value, channels.value)
    )
    forEachBlock { index, rows, tile in
      let head = head(index)
      multiplyScores(head, rows, packedKeys[index], tile)
      let sums = logSums.storage.base + index * queries
      for row in rows {
        let sum = softmax(tile + (row - rows.lowerBound) * pitch, normalising: false)
        sums[row] = sum.logSum
        inverses(tile, rows.count)[row - rows.lowerBound] = 1 / sum.sum
      }
      GEMM.multiply(
        rows: rows.count, MatrixView(tile, stride: pitch), packedValues[index],
        into: output.pointer(head, row: rows.lowerBound), stride: output.layout.row)
      for row in rows {
        scaleRow(output.pointer(head, row: row), by: inverses(tile, rows.count)[row - rows.lowerBound])
      }
    }
    return logSums
  }

  /// The weights of every query `[batch, heads, queries, keys]`; each row adds up to 1.
  func weights() -> Tensor {
    let weights = Storage(count: batch * heads * queries * keys)
    let packedKeys = packed(key, channels.key, transposed: true)
    forEachBlock { index, rows, tile in
      multiplyScores(head(index), rows, packedKeys[index], tile)
      for row in rows {
        let source = tile + (row - rows.lowerBound) * pitch
        _ = softmax(source, normalising: true)
        (weights.base + (index * queries + row) * keys).update(from: source, count: keys)
      }
    }
    return Tensor(shape: [batch, heads, queries, keys], storage: weights)
  }

  /// Writes the gradients of the three operands.
  func backward(
    _ gradient: AttentionOperand, output: AttentionOperand, logSums: Tensor,
    into gradients: (query: AttentionOperand, key: AttentionOperand, value: AttentionOperand)
  ) {
    Parallel.forEach(batch * heads) { index in
      let head = head(index)
      let packed = (
        keys: pack(key, channels.key, head), keysAcross: pack(key, channels.key, head, transposed: true),
        valuesAcross: pack(value, channels.value, head, transposed: true)
      )
      let (weights, scores) = (Storage(count: blockRows * pitch), Storage(count: blockRows * pitch))
      for row in 0..<blockRows {
        (scores.base + row * pitch + keys).update(repeating: 0, count: pitch - keys)
      }
      for start in stride(from: 0, to: queries, by: blockRows) {
        let rows = start..<min(queries, start + blockRows)
        multiplyScores(head, rows, packed.keysAcross, weights.base)
        for row in rows {
          exponentials(
            weights.base + (row - start) * pitch, above: logSums.storage.base[index * queries + row])
        }
        scoreGradients(
          head, rows, gradient, output, packed.valuesAcross, weights: weights.base, scores: scores.base)
        GEMM.multiply(
          rows: rows.count, MatrixView(scores.base, stride: pitch), packed.keys,
          into: gradients.query.pointer(head, row: start), stride: gradients.query.layout.row)
        accumulate(head, rows, gradient, weights: weights.base, scores: scores.base, into: gradients)
      }
    }
  }

  /// Turns `scores` into the gradient of the raw scores: `scale · p · (g · vᵀ − ⟨g, o⟩)`.
  private func scoreGradients(
    _ head: AttentionHead, _ rows: Range<Int>, _ gradient: AttentionOperand, _ output: AttentionOperand,
    _ values: PackedColumns, weights: UnsafeMutablePointer<Float>, scores: UnsafeMutablePointer<Float>
  ) {
    GEMM.multiply(
      rows: rows.count, gradient.view(head, from: rows.lowerBound), values, into: scores, stride: pitch)
    for row in rows {
      let offset = (row - rows.lowerBound) * pitch
      let along = dot(gradient.pointer(head, row: row), output.pointer(head, row: row))
      for column in stride(from: offset, to: offset + pitch, by: 16) {
        let centred = Vector(at: scores + column) - along
        (Vector(at: weights + column) * scale * centred).store(to: scores + column)
      }
    }
  }

  /// Adds a block's parts to the gradients of the values and keys.
  private func accumulate(
    _ head: AttentionHead, _ rows: Range<Int>, _ gradient: AttentionOperand,
    weights: UnsafeMutablePointer<Float>, scores: UnsafeMutablePointer<Float>,
    into gradients: (query: AttentionOperand, key: AttentionOperand, value: AttentionOperand)
  ) {
    accumulate(
      channels.value, rows, weights, gradient.view(head, from: rows.lowerBound),
      into: gradients.value.pointer(head, row: 0), stride: gradients.value.layout.row)
    accumulate(
      channels.key, rows, scores, query.view(head, from: rows.lowerBound),
      into: gradients.key.pointer(head, row: 0), stride: gradients.key.layout.row)
  }

  /// Adds `tileᵀ · right`, one line per key, to what earlier blocks of queries have left there, if any.
  private func accumulate(
    _ columns: Int, _ rows: Range<Int>, _ tile: UnsafeMutablePointer<Float>, _ right: MatrixView,
    into target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    GEMM.multiplyTransposed(
      rows: keys, columns: columns, depth: rows.count, MatrixView(tile, stride: pitch), right,
      isAdding: rows.lowerBound > 0, into: target, stride: stride)
  }

  /// The head of one index, sample by sample.
  private func head(_ index: Int) -> AttentionHead {
    AttentionHead(sample: index / heads, number: index % heads)
  }

  /// The rows of every head as the right operand of products.
  private func packed(
    _ operand: AttentionOperand, _ width: Int, transposed: Bool = false
  ) -> [PackedColumns] {
    Parallel.map(batch * heads) { pack(operand, width, head($0), transposed: transposed) }
  }

  /// The rows of the keys or values of one head as the right operand of products.
  private func pack(
    _ operand: AttentionOperand, _ width: Int, _ head: AttentionHead, transposed: Bool = false
  ) -> PackedColumns {
    PackedColumns(
      blockDepth: transposed ? width : keys, columns: transposed ? keys : width,
      [operand.view(head, transposed: transposed)])
  }

  /// Calls `body` for every block of queries of every head, with a tile that has one more value per row.
  private func forEachBlock(
    _ body: @Sendable (_ head: Int, Range<Int>, _ tile: UnsafeMutablePointer<Float>) -> Void
  ) {
    let blocks = (queries + blockRows - 1) / blockRows
    Parallel.forEach(batch * heads * blocks) { index in
      let (number, block) = (index / blocks, index % blocks)
      withScratch(blockRows * (pitch + 1)) { tile in
        body(number, block * blockRows..<min(queries, (block + 1) * blockRows), tile)
      }
    }
  }

  /// The inverse sums of a tile's rows, which lie after its scores.
  private func inverses(_ tile: UnsafeMutablePointer<Float>, _ rows: Int) -> UnsafeMutablePointer<Float> {
    tile + rows * pitch
  }

  /// Fills a tile with raw scores; the surplus columns become −∞, of which the exponential is 0.
  private func multiplyScores(
    _ head: AttentionHead, _ rows: Range<Int>, _ keys: PackedColumns, _ tile: UnsafeMutablePointer<Float>
  ) {
    GEMM.multiply(
      rows: rows.count, query.view(head, from: rows.lowerBound), keys, into: tile, stride: pitch)
    for row in 0..<rows.count {
      for column in keys.columns..<pitch { tile[row * pitch + column] = -.infinity }
    }
  }

  /// Replaces a row of raw scores by the exponentials of what they lie above the largest.
  private func softmax(
    _ row: UnsafeMutablePointer<Float>, normalising: Bool
  ) -> (sum: Float, logSum: Float) {
    var largest = Vector(repeating: -.infinity)
    for column in stride(from: 0, to: pitch, by: 16) {
      let scores = Vector(at: row + column)
      largest = largest.replacing(with: scores, where: scores .> largest)
    }
    let offset = largest.largest * scale
    let sum = exponentials(row, above: offset)
    if normalising {
      for column in stride(from: 0, to: pitch, by: 16) {
        (Vector(at: row + column) / sum).store(to: row + column)
      }
    }
    return (sum, offset + Float(VectorMath.log(Vector(repeating: sum))[0]))
  }

  /// Replaces a row of raw scores by `exp(scale · score − offset)`, and returns their sum.
  @discardableResult
  private func exponentials(_ row: UnsafeMutablePointer<Float>, above offset: Float) -> Float {
    var sum = Vector.zero
    for column in stride(from: 0, to: pitch, by: 16) {
      let power = VectorMath.expBelow88(
        Vector(repeating: -offset).addingProduct(Vector(at: row + column), Vector(repeating: scale)))
      power.store(to: row + column)
      sum += power
    }
    return sum.total
  }

  private func scaleRow(_ row: UnsafeMutablePointer<Float>, by factor: Float) {
    let whole = channels.value / 16 * 16
    for column in stride(from: 0, to: whole, by: 16) {
      (Vector(at: row + column) * factor).store(to: row + column)
    }
    for column in whole..<channels.value { row[column] *= factor }
  }

  private func dot(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>) -> Float {
    let whole = channels.value / 16 * 16
    var sums = Vector.zero
    for column in stride(from: 0, to: whole, by: 16) {
      sums.addProduct(Vector(at: left + column), Vector(at: right + column))
    }
    var sum = sums.total
    for column in whole..<channels.value { sum += left[column] * right[column] }
    return sum
  }
}
