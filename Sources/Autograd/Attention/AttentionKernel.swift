/// `softmax(scale · query · keyᵀ) · value` for every head, without copies of the queries.
///
/// A task packs the keys and values of its head and goes through its queries in blocks whose scores stay in
/// the second-level cache: scores, exponentials and the product with the values follow each other. The
/// forward pass keeps only the logarithm of each row's sum of exponentials; the backward pass computes the
/// weights again from that (Dao et al. 2022, FlashAttention, algorithm 4), and sums a block of them, and of
/// the gradients of the scores, over its queries for the gradients of the keys and values.
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
  /// The most queries of a block, and the bytes of its scores: beside them a part of the packed values and
  /// the block's output fit into the second-level cache.
  private static let (mostRows, blockBytes) = (17 * RowKernel.rows, 160 << 10)

  /// Writes the output, and returns the logarithm of the sum of exponentials for `[batch, heads, queries]`.
  func forward(into output: AttentionOperand) -> Tensor {
    let logSums = Tensor(shape: [batch, heads, queries], storage: Storage(count: batch * heads * queries))
    let width = Self.wholeVectors(channels.value)
    forEachTask { index, rows in
      let head = head(index)
      let keys = pack(key, channels.key, head, transposed: true)
      let values = pack(value, channels.value, head)
      forEachBlock(rows, width: width) { rows, block in
        self.rows(query, head, rows).multiply(keys, into: block.scores, pitch: pitch, zeros: block.zeros)
        softmax(block, rows.count, logSums: logSums.storage.base + index * queries + rows.lowerBound)
        RowBlock(source: block.scores, sourceStride: pitch, count: rows.count)
          .multiply(values, into: block.products, pitch: width, zeros: block.zeros)
        for row in 0..<rows.count {
          scale(
            block.products + row * width, by: 1 / block.sums[row],
            into: output.pointer(head, row: rows.lowerBound + row), count: channels.value)
        }
      }
    }
    return logSums
  }

  /// The weights of every query `[batch, heads, queries, keys]`; each row adds up to 1.
  func weights() -> Tensor {
    let weights = Storage(count: batch * heads * queries * keys)
    forEachTask { index, rows in
      let head = head(index)
      let packed = pack(key, channels.key, head, transposed: true)
      forEachBlock(rows, width: 0) { rows, block in
        let first = index * queries + rows.lowerBound
        self.rows(query, head, rows).multiply(packed, into: block.scores, pitch: pitch, zeros: block.zeros)
        softmax(block, rows.count)
        for row in 0..<rows.count {
          scale(
            block.scores + row * pitch, by: 1 / block.sums[row],
            into: weights.base + (first + row) * keys, count: keys)
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
    let width = Self.wholeVectors(channels.key)
    Parallel.forEach(batch * heads) { index in
      let head = head(index)
      let packed = PackedHead(
        keys: pack(key, channels.key, head), keysAcross: pack(key, channels.key, head, transposed: true),
        valuesAcross: pack(value, channels.value, head, transposed: true))
      let logSums = logSums.storage.base + index * queries
      forEachBlock(0..<queries, tiles: 2, width: width) { rows, block in
        scoreGradients(head, rows, packed, gradient, output, logSums: logSums + rows.lowerBound, block)
        RowBlock(source: block.scores, sourceStride: pitch, count: rows.count)
          .multiply(packed.keys, into: block.products, pitch: width, zeros: block.zeros)
        for row in 0..<rows.count {
          gradients.query.pointer(head, row: rows.lowerBound + row)
            .update(from: block.products + row * width, count: channels.key)
        }
        addTransposed(block.weights, gradient, head, rows, columns: channels.value, into: gradients.value)
        addTransposed(block.scores, query, head, rows, columns: channels.key, into: gradients.key)
      }
    }
  }

  /// The keys and values of a head as the right operands of the backward pass.
  private struct PackedHead {
    let keys: PackedColumns
    let keysAcross: PackedColumns
    let valuesAcross: PackedColumns
  }

  /// Fills a block's weights p and, as its scores, the gradients of the raw ones,
  /// `scale · p · (g · vᵀ − ⟨g, o⟩)`.
  private func scoreGradients(
    _ head: AttentionHead, _ rows: Range<Int>, _ packed: PackedHead, _ gradient: AttentionOperand,
    _ output: AttentionOperand, logSums: UnsafePointer<Float>, _ block: Block
  ) {
    self.rows(query, head, rows)
      .multiply(packed.keysAcross, into: block.weights, pitch: pitch, zeros: block.zeros)
    self.rows(gradient, head, rows)
      .multiply(packed.valuesAcross, into: block.scores, pitch: pitch, zeros: block.zeros)
    for row in 0..<rows.count {
      let (weights, scores) = (block.weights + row * pitch, block.scores + row * pitch)
      exponentials(weights, above: logSums[row])
      let along = dot(
        gradient.pointer(head, row: rows.lowerBound + row), output.pointer(head, row: rows.lowerBound + row),
        channels.value)
      for column in stride(from: 0, to: pitch, by: 16) {
        let centred = Vector(at: scores + column) - along
        (Vector(at: weights + column) * scale * centred).store(to: scores + column)
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

  /// Some rows of a head as the left operand of products.
  private func rows(_ operand: AttentionOperand, _ head: AttentionHead, _ rows: Range<Int>) -> RowBlock {
    RowBlock(
      source: operand.pointer(head, row: rows.lowerBound), sourceStride: operand.layout.row,
      count: rows.count)
  }

  /// The rows of the keys or values of one head as the right operand of products.
  private func pack(
    _ operand: AttentionOperand, _ width: Int, _ head: AttentionHead, transposed: Bool = false
  ) -> PackedColumns {
    PackedColumns(
      blockDepth: transposed ? width : keys, columns: transposed ? keys : width,
      [operand.view(head, transposed: transposed)])
  }

  /// Calls `body` for the queries of every head, which are shared out where there are few heads.
  private func forEachTask(_ body: @Sendable (_ head: Int, Range<Int>) -> Void) {
    let tiles = (queries + RowKernel.rows - 1) / RowKernel.rows
    let wanted = (Self.leastTasks + batch * heads - 1) / max(1, batch * heads)
    let parts = max(1, min(wanted, tiles / 8))
    let part = (tiles + parts - 1) / parts * RowKernel.rows
    Parallel.forEach(batch * heads * parts) { index in
      let (number, start) = (index / parts, index % parts * part)
      guard start < queries else { return }
      body(number, start..<min(queries, start + part))
    }
  }

  /// The memory of a block of queries.
  private struct Block {
    /// One row per query; `weights` only where there is room for two such tiles.
    let scores: UnsafeMutablePointer<Float>
    let weights: UnsafeMutablePointer<Float>
    /// One row of `width` values per query.
    let products: UnsafeMutablePointer<Float>
    /// The sum of a query's exponentials.
    let sums: UnsafeMutablePointer<Float>
    let zeros: UnsafePointer<Float>
  }

  /// Calls `body` for blocks of `queries` of nearly equal size, with memory for `tiles` rows of scores and
  /// `width` values of each query.
  private func forEachBlock(
    _ queries: Range<Int>, tiles: Int = 1, width: Int, _ body: (Range<Int>, Block) -> Void
  ) {
    let most = max(RowKernel.rows, min(Self.mostRows, Self.blockBytes / (4 * pitch)))
    let blocks = max(1, (queries.count + most - 1) / most)
    let rows = RowBlock.wholeTiles((queries.count + blocks - 1) / blocks)
    let zeros = 64
    withScratch(zeros + rows * (tiles * pitch + width) + Self.wholeVectors(rows)) { scratch in
      scratch.update(repeating: 0, count: zeros)
      let scores = scratch + zeros
      let products = scores + tiles * rows * pitch
      let block = Block(
        scores: scores, weights: scores + (tiles - 1) * rows * pitch, products: products,
        sums: products + rows * width, zeros: scratch)
      for start in stride(from: queries.lowerBound, to: queries.upperBound, by: rows) {
        body(start..<min(queries.upperBound, start + rows), block)
      }
    }
  }

  private static func wholeVectors(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}

extension AttentionKernel {
  /// Replaces the raw scores of `count` queries by the exponentials of what they lie above each row's
  /// largest, and writes the logarithms of the sums of those of the raw ones where they are wanted.
  private func softmax(_ block: Block, _ count: Int, logSums: UnsafeMutablePointer<Float>? = nil) {
    for first in stride(from: 0, to: count, by: 16) {
      let rows = first..<min(count, first + 16)
      var (offsets, sums) = (Vector.zero, Vector(repeating: 1))
      for row in rows {
        (offsets[row - first], sums[row - first]) = softmax(block.scores + row * pitch)
      }
      sums.store(to: block.sums + first)
      if let logSums { (offsets + VectorMath.log(sums)).store(to: logSums + first, count: rows.count) }
    }
  }

  /// The largest score of a row times the scale, and the sum of its exponentials, which replace the scores.
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

  /// Replaces scores by `exp(scale · score − offset)`, and returns the sum of these.
  @inline(never)
  private func powers(_ row: UnsafeMutablePointer<Float>, above offset: Float) -> Float {
    // 1 / ln 2, for the power of two that the exponential is.
    let binary: Float = 0x1.715476p0
    var sum = Vector.zero
    for column in stride(from: 0, to: pitch, by: 16) {
      let exponent = Vector(repeating: -offset)
        .addingProduct(Vector(at: row + column), Vector(repeating: scale))
      let power = VectorMath.exp2(exponent * binary)
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
