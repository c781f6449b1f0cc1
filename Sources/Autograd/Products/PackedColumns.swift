import CProcessor
import Synchronization

/// The right operand of a product, cut into column blocks as wide as the registers allow, padded with zeros.
///
/// A block lies as one line per row of the operand, so a kernel reads it front to back with constant
/// offsets. The blocks have nearly equal widths: of at most four, five vectors become three and two.
struct PackedColumns: Sendable {
  let depth: Int
  let columns: Int
  let panels: [Panel]
  private let storage: Storage
  /// Where the first panel starts.
  private var offset = 0

  /// One column block.
  struct Panel: Sendable {
    let firstColumn: Int
    let vectors: Int
    /// The number of columns that are not padding.
    let columns: Int

    var width: Int { vectors * 16 }
  }

  /// Columns in a part of `storage`, whose lines somebody else writes, through `line`.
  ///
  /// - Precondition: the columns fill whole vectors.
  init(depth: Int, columns: Int, in storage: Storage, at offset: Int) {
    precondition(columns.isMultiple(of: 16), "PackedColumns: \(columns) columns do not fill vectors")
    self.depth = depth
    self.columns = columns
    panels = Self.panels(columns: columns)
    self.storage = storage
    self.offset = offset
  }

  /// Packs matrices of `blockDepth` × `columns` that stand below each other.
  init(blockDepth: Int, columns: Int, _ blocks: [MatrixView]) {
    depth = blockDepth * blocks.count
    self.columns = columns
    panels = Self.panels(columns: columns)
    let storage = Storage(count: max(1, depth * ((columns + 15) / 16) * 16))
    self.storage = storage
    let (panels, depth) = (panels, depth)
    // Pieces of lines as well as panels, so that narrow operands keep every core busy, too.
    let grain = max(16, min(blockDepth, 256))
    let pieces = (blockDepth + grain - 1) / grain
    Parallel.forEach(panels.count * blocks.count * pieces) { index in
      let panel = panels[index / (blocks.count * pieces)]
      let block = index / pieces % blocks.count
      let lines = index % pieces * grain..<min(blockDepth, (index % pieces + 1) * grain)
      let base = storage.base + panel.firstColumn * depth + block * blockDepth * panel.width
      panel.pack(blocks[block], lines: lines, into: base + lines.lowerBound * panel.width)
    }
  }

  /// Where a panel's line for row `row` starts.
  func base(_ panel: Panel, row: Int = 0) -> UnsafePointer<Float> { UnsafePointer(line(panel, row: row)) }

  /// The same, to be written.
  func line(_ panel: Panel, row: Int) -> UnsafeMutablePointer<Float> {
    storage.base + offset + panel.firstColumn * depth + row * panel.width
  }

  /// The widths of the panels of a matrix of `columns` columns.
  static func panels(columns: Int, vectors limit: Int = RowKernel.vectors) -> [Panel] {
    let vectors = (columns + 15) / 16
    let count = (vectors + limit - 1) / limit
    var first = 0
    return (0..<count).map { index in
      let width = vectors / count + (index < vectors % count ? 1 : 0)
      defer { first += width * 16 }
      return Panel(firstColumn: first, vectors: width, columns: min(width * 16, columns - first))
    }
  }
}

extension PackedColumns.Panel {
  /// Copies some rows of this panel's columns.
  func pack(_ source: MatrixView, lines: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    if source.isTransposed {
      packTransposed(source, lines: lines, into: target)
      return
    }
    for row in lines {
      pack(
        source.base + row &* source.stride, ahead: 4 &* source.stride,
        into: target + (row &- lines.lowerBound) &* width)
    }
  }

  /// Copies one row's values of this panel's columns, and fetches those `ahead` of them from memory.
  @inline(__always)
  func pack(_ row: UnsafePointer<Float>, ahead: Int, into target: UnsafeMutablePointer<Float>) {
    let line = row + firstColumn
    var column = 0
    while column &+ 16 <= columns {
      prefetch_for_reading(line + (ahead &+ column))
      Vector(at: line + column).store(to: target + column)
      column &+= 16
    }
    while column < width {
      target[column] = column < columns ? line[column] : 0
      column &+= 1
    }
  }

  private func packTransposed(
    _ source: MatrixView, lines: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) {
    Transpose.block(
      source.base + firstColumn * source.stride + lines.lowerBound, source.stride, target, width,
      lines: lines.count, columns: columns)
    guard columns < width else { return }
    for line in 0..<lines.count {
      (target + line * width + columns).update(repeating: 0, count: width - columns)
    }
  }
}

/// What products have packed of a storage's values, for the next ones that read the same values.
///
/// The weights of a network in use are constants: each layer packs its own once, and not again for every
/// image, scale and mirror image. That takes as much memory again as the weights, several times as much for
/// the planes of Winograd's kernels, until the values change or go.
struct Packings: ~Copyable, Sendable {
  /// Which part of the values was packed, and for what.
  enum Key: Hashable {
    /// The right operand of a linear layer.
    case linear(inputs: Int, outputs: Int)
    /// One group of a convolution's kernel.
    case kernel(depth: Int, outputs: Int, firstOutput: Int)
    /// The planes of a kernel.
    case planes(inputs: Int, outputs: Int)
  }

  private let kept = Mutex<[Key: [PackedColumns]]>([:])

  /// What was kept for `key`, or what `pack` makes; that is kept from now on if it `isKept`.
  func callAsFunction(_ key: Key, isKept: Bool, _ pack: () -> [PackedColumns]) -> [PackedColumns] {
    if let columns = kept.withLock({ $0[key] }) { return columns }
    let columns = pack()
    if isKept { kept.withLock { $0[key] = columns } }
    return columns
  }

  /// Forgets everything: the values are about to change.
  func removeAll() { kept.withLock { $0 = [:] } }
}

extension Tensor {
  /// The columns that `pack` makes of these values, from the last time if there was one.
  ///
  /// They are kept for constants only: what a training step tracks changes at its end.
  func packed(
    _ key: Packings.Key, _ pack: (_ values: UnsafePointer<Float>) -> [PackedColumns]
  ) -> [PackedColumns] {
    storage.packings(key, isKept: !isTracked) { withPointer(pack) }
  }
}
