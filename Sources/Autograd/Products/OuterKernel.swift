import CProcessor

/// Twelve or eight rows by one column block of `c += aᵀ·b`: the sum of outer products over pixels.
///
/// For each pixel, its rows' values of `a` lie side by side, and so does a packed column block of `b`, which
/// the kernel reads front to back. 12 × 2 vectors leave 24 accumulators, two columns and one
/// broadcast in the 32 registers; blocks of two vectors let more pixels of `b` stay in the first-level cache
/// than wider ones would, so that `c` is loaded and stored less often. Where registers hold half a vector or
/// less, the block is made in parts of half its rows by one vector, and what a run fetches is asked for
/// before each part: in the loop it would take one instruction in six.
struct OuterKernel {
  /// The most vectors of a column block.
  static let vectors = 2

  static let mostRows = 12

  /// The rows' values of the first pixel, and how far those of the next one lie.
  var factors: UnsafePointer<Float>
  let pitch: Int
  let pixels: Int
  /// The packed column block of the first pixel.
  var columns: UnsafePointer<Float>
  /// The first of the lines that the products are added to, and the distance between them.
  var target: UnsafeMutablePointer<Float>
  let stride: Int
  /// Whether the target's values count; otherwise they are overwritten.
  let isAccumulating: Bool
  /// What is fetched from memory meanwhile.
  let fetch: OuterFetch.Line

  /// Runs the kernel for `rows` (8 or 12) rows by a column block of `vectors` (1 or 2) vectors.
  @inline(__always)
  func run(rows: Int, vectors: Int) {
    guard Registers.holdVectors else {
      runParts(rows: rows, vectors: vectors)
      return
    }
    switch (rows, vectors) {
    case (12, 2): run(TwelveOuterRows<TwoVectors>.self, lines: TwoVectors.self)
    case (12, _): run(TwelveOuterRows<OneVector>.self, lines: OneVector.self)
    case (_, 2): run(EightOuterRows<TwoVectors>.self, lines: TwoVectors.self)
    default: run(EightOuterRows<OneVector>.self, lines: OneVector.self)
    }
  }

  /// Half of the rows by one vector at a time, where no more accumulators fit into the registers.
  @inline(__always)
  private func runParts(rows: Int, vectors: Int) {
    var fetch = fetch
    for row in Swift.stride(from: 0, to: rows, by: rows / 2) {
      for vector in 0..<vectors {
        fetch.fetchNext(steps: (pixels + 2 * vectors - 1) / (2 * vectors))
        var part = self
        part.factors += row
        part.columns += 16 * vector
        part.target += row * stride + 16 * vector
        switch (rows, vectors) {
        case (12, 2): part.run(SixOuterRows<OneVector>.self, lines: TwoVectors.self)
        case (12, _): part.run(SixOuterRows<OneVector>.self, lines: OneVector.self)
        case (_, 2): part.run(FourOuterRows<OneVector>.self, lines: TwoVectors.self)
        default: part.run(FourOuterRows<OneVector>.self, lines: OneVector.self)
        }
      }
    }
  }

  /// Runs the kernel for the columns of `Tile` in lines as wide as `Line`.
  @inline(never)
  private func run<Tile: OuterRows, Line: ColumnBlock>(_: Tile.Type, lines _: Line.Type) {
    fetchTarget(rows: Tile.count, width: Tile.Columns.width)
    var sums = Tile()
    var (a, b) = (factors, columns)
    var fetch = fetch
    var rest = pixels
    // As in `RowKernel`, several steps a round where each has few multiply-adds.
    while !Registers.holdVectors && rest >= 4 {
      for pixel in 0..<4 {
        sums.add(a + pixel &* pitch, times: Tile.Columns(loading: b + pixel &* Line.width))
      }
      a += 4 &* pitch
      b += 4 &* Line.width
      rest &-= 4
    }
    for _ in 0..<rest {
      sums.add(a, times: Tile.Columns(loading: b))
      a += pitch
      b += Line.width
      if Registers.holdVectors { fetch.fetchNext() }
    }
    sums.store(to: target, stride, isAdding: isAccumulating)
  }

  /// The target is needed only at the end, and comes from memory while the sums are made.
  @inline(__always)
  private func fetchTarget(rows: Int, width: Int) {
    for row in 0..<rows {
      for value in Swift.stride(from: 0, to: width, by: 16) {
        prefetch_for_writing(target + row * stride + value)
      }
    }
  }
}

/// Rows of a tile of accumulators that grow by outer products, all in registers.
protocol OuterRows: BitwiseCopyable {
  associatedtype Columns: ColumnBlock

  /// The number of rows.
  static var count: Int { get }

  /// Zeros.
  init()

  /// Adds each row's factor times `columns`.
  mutating func add(_ factors: UnsafePointer<Float>, times columns: Columns)

  /// Writes the rows to lines `stride` apart, or adds them to what lies there.
  func store(to pointer: UnsafeMutablePointer<Float>, _ stride: Int, isAdding: Bool)
}

struct TwoOuterRows<Columns: ColumnBlock>: OuterRows {
  static var count: Int { 2 }
  var (r0, r1) = (Columns(), Columns())

  @inline(__always) init() {}

  @inline(__always) mutating func add(_ factors: UnsafePointer<Float>, times columns: Columns) {
    r0.add(factors[0], times: columns)
    r1.add(factors[1], times: columns)
  }

  @inline(__always) func store(to pointer: UnsafeMutablePointer<Float>, _ stride: Int, isAdding: Bool) {
    (isAdding ? r0.adding(pointer) : r0).store(to: pointer)
    (isAdding ? r1.adding(pointer + stride) : r1).store(to: pointer + stride)
  }
}

/// Some rows above others.
struct StackedRows<Upper: OuterRows, Lower: OuterRows>: OuterRows
where Upper.Columns == Lower.Columns {
  static var count: Int { Upper.count + Lower.count }
  var upper = Upper()
  var lower = Lower()

  @inline(__always) init() {}

  @inline(__always) mutating func add(_ factors: UnsafePointer<Float>, times columns: Upper.Columns) {
    upper.add(factors, times: columns)
    lower.add(factors + Upper.count, times: columns)
  }

  @inline(__always) func store(to pointer: UnsafeMutablePointer<Float>, _ stride: Int, isAdding: Bool) {
    upper.store(to: pointer, stride, isAdding: isAdding)
    lower.store(to: pointer + Upper.count * stride, stride, isAdding: isAdding)
  }
}

typealias FourOuterRows<Columns: ColumnBlock> = StackedRows<TwoOuterRows<Columns>, TwoOuterRows<Columns>>
typealias SixOuterRows<Columns: ColumnBlock> = StackedRows<TwoOuterRows<Columns>, FourOuterRows<Columns>>
typealias EightOuterRows<Columns: ColumnBlock> = StackedRows<FourOuterRows<Columns>, FourOuterRows<Columns>>
typealias TwelveOuterRows<Columns: ColumnBlock> = StackedRows<FourOuterRows<Columns>, EightOuterRows<Columns>>

/// The lines of both operands that the next block of pixels will read, fetched while this one is multiplied.
///
/// Packing would wait for them otherwise. Each run of the kernel asks for one line of either operand, a
/// little with every pixel: all at once they would be in the way of what the kernel itself reads.
struct OuterFetch {
  let left: UnsafePointer<Float>
  let right: UnsafePointer<Float>
  /// The distances between lines.
  let strides: (left: Int, right: Int)
  /// The number of lines.
  let count: Int
  /// The bytes of a line that each pixel asks for.
  let step: Int

  /// One line of either operand.
  struct Line {
    private var left: UnsafeRawPointer
    private var right: UnsafeRawPointer
    private let step: Int

    /// Asks for nothing but what `pointer` points to.
    init(none pointer: UnsafePointer<Float>) {
      (left, right) = (UnsafeRawPointer(pointer), UnsafeRawPointer(pointer))
      step = 0
    }

    init(left: UnsafePointer<Float>, right: UnsafePointer<Float>, step: Int) {
      (self.left, self.right) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
      self.step = step
    }

    /// Asks for the next bytes of both lines.
    @inline(__always) mutating func fetchNext() {
      prefetch_for_reading(left)
      prefetch_for_reading(right)
      left += step
      right += step
    }

    /// Asks for what so many pixels would, at once.
    @inline(__always) mutating func fetchNext(steps: Int) {
      for offset in stride(from: 0, to: steps * step, by: 64) {
        prefetch_for_reading(left + offset)
        prefetch_for_reading(right + offset)
      }
      left += steps * step
      right += steps * step
    }
  }

  /// The line that run `index` of the kernel asks for.
  func line(_ index: Int) -> Line {
    let number = min(index, count - 1)
    return Line(left: left + number * strides.left, right: right + number * strides.right, step: step)
  }
}
