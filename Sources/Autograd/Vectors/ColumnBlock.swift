/// A row of a tile of accumulators: one to four vectors that the compiler keeps in registers.
///
/// Kernels are generic over it, so one source gives a kernel for each width.
protocol ColumnBlock: BitwiseCopyable {
  /// The number of columns.
  static var width: Int { get }

  /// Zeros.
  init()

  /// The values that `pointer` points to.
  init(loading pointer: UnsafePointer<Float>)

  /// Writes the values.
  func store(to pointer: UnsafeMutablePointer<Float>)

  /// Adds `factor * columns`.
  mutating func add(_ factor: Float, times columns: Self)

  /// The sum with the values that `pointer` points to.
  func adding(_ pointer: UnsafePointer<Float>) -> Self
}

struct OneVector: ColumnBlock {
  static var width: Int { 16 }
  var a = Vector.zero

  @inline(__always) init() {}

  @inline(__always) init(loading pointer: UnsafePointer<Float>) { a = Vector(at: pointer) }

  @inline(__always) func store(to pointer: UnsafeMutablePointer<Float>) { a.store(to: pointer) }

  @inline(__always) mutating func add(_ factor: Float, times columns: Self) {
    a.addProduct(columns.a, factor)
  }

  @inline(__always) func adding(_ pointer: UnsafePointer<Float>) -> Self {
    var sum = self
    sum.a += Vector(at: pointer)
    return sum
  }
}

struct TwoVectors: ColumnBlock {
  static var width: Int { 32 }
  var a = Vector.zero
  var b = Vector.zero

  @inline(__always) init() {}

  @inline(__always) init(loading pointer: UnsafePointer<Float>) {
    a = Vector(at: pointer)
    b = Vector(at: pointer + 16)
  }

  @inline(__always) func store(to pointer: UnsafeMutablePointer<Float>) {
    a.store(to: pointer)
    b.store(to: pointer + 16)
  }

  @inline(__always) mutating func add(_ factor: Float, times columns: Self) {
    let factor = Vector(repeating: factor)
    a.addProduct(factor, columns.a)
    b.addProduct(factor, columns.b)
  }

  @inline(__always) func adding(_ pointer: UnsafePointer<Float>) -> Self {
    var sum = self
    sum.a += Vector(at: pointer)
    sum.b += Vector(at: pointer + 16)
    return sum
  }
}

struct ThreeVectors: ColumnBlock {
  static var width: Int { 48 }
  var a = Vector.zero
  var b = Vector.zero
  var c = Vector.zero

  @inline(__always) init() {}

  @inline(__always) init(loading pointer: UnsafePointer<Float>) {
    a = Vector(at: pointer)
    b = Vector(at: pointer + 16)
    c = Vector(at: pointer + 32)
  }

  @inline(__always) func store(to pointer: UnsafeMutablePointer<Float>) {
    a.store(to: pointer)
    b.store(to: pointer + 16)
    c.store(to: pointer + 32)
  }

  @inline(__always) mutating func add(_ factor: Float, times columns: Self) {
    let factor = Vector(repeating: factor)
    a.addProduct(factor, columns.a)
    b.addProduct(factor, columns.b)
    c.addProduct(factor, columns.c)
  }

  @inline(__always) func adding(_ pointer: UnsafePointer<Float>) -> Self {
    var sum = self
    sum.a += Vector(at: pointer)
    sum.b += Vector(at: pointer + 16)
    sum.c += Vector(at: pointer + 32)
    return sum
  }
}

struct FourVectors: ColumnBlock {
  static var width: Int { 64 }
  var a = Vector.zero
  var b = Vector.zero
  var c = Vector.zero
  var d = Vector.zero

  @inline(__always) init() {}

  @inline(__always) init(loading pointer: UnsafePointer<Float>) {
    a = Vector(at: pointer)
    b = Vector(at: pointer + 16)
    c = Vector(at: pointer + 32)
    d = Vector(at: pointer + 48)
  }

  @inline(__always) func store(to pointer: UnsafeMutablePointer<Float>) {
    a.store(to: pointer)
    b.store(to: pointer + 16)
    c.store(to: pointer + 32)
    d.store(to: pointer + 48)
  }

  @inline(__always) mutating func add(_ factor: Float, times columns: Self) {
    let factor = Vector(repeating: factor)
    a.addProduct(factor, columns.a)
    b.addProduct(factor, columns.b)
    c.addProduct(factor, columns.c)
    d.addProduct(factor, columns.d)
  }

  @inline(__always) func adding(_ pointer: UnsafePointer<Float>) -> Self {
    var sum = self
    sum.a += Vector(at: pointer)
    sum.b += Vector(at: pointer + 16)
    sum.c += Vector(at: pointer + 32)
    sum.d += Vector(at: pointer + 48)
    return sum
  }
}
