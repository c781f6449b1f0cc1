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
