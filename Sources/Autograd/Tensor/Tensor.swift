/// An immutable, row-major array of `Float` values that remembers how it was computed.
///
/// A tensor is a value: copying it is free, and nothing that holds a copy can see it change. Operations
/// on a tensor that is *tracked* record a pullback, so that `gradients()` of a later scalar can be asked
/// about it.
public struct Tensor: Sendable {
  /// The extent of each axis, outermost first.
  public let shape: Shape
  var storage: Storage
  let node: Node?

  init(shape: Shape, storage: Storage, node: Node? = nil) {
    self.shape = shape
    self.storage = storage
    self.node = node
  }

  /// Creates a tensor whose values `fill` writes.
  ///
  /// - Precondition: `fill` writes every value; the memory that it is handed is undefined.
  public init(shape: Shape, fill: (inout MutableSpan<Float>) -> Void) {
    let storage = Storage(count: shape.elementCount)
    var span = UnsafeMutableBufferPointer(start: storage.base, count: storage.count).mutableSpan
    fill(&span)
    self.init(shape: shape, storage: storage)
  }

  /// Creates a tensor from its values in row-major order.
  ///
  /// - Precondition: there are as many values as the shape holds.
  public init(_ scalars: some Collection<Float>, shape: Shape) {
    precondition(
      scalars.count == shape.elementCount,
      "tensor: \(scalars.count) values do not fill the shape \(shape)")
    let storage = Storage(count: shape.elementCount)
    _ = UnsafeMutableBufferPointer(start: storage.base, count: storage.count).update(fromContentsOf: scalars)
    self.init(shape: shape, storage: storage)
  }

  /// Creates a tensor that holds the same value everywhere.
  public init(repeating value: Float, shape: Shape) {
    let storage = Storage(count: shape.elementCount)
    storage.base.update(repeating: value, count: storage.count)
    self.init(shape: shape, storage: storage)
  }

  /// Creates a scalar.
  public init(_ value: Float) {
    self.init(repeating: value, shape: [])
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// A tensor of ones.
  public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }

  /// The number of axes.
  public var rank: Int { shape.rank }

  /// The number of values.
  public var count: Int { storage.count }

  /// The values in row-major order.
  public var scalars: [Float] { Array(UnsafeBufferPointer(start: storage.base, count: storage.count)) }

  /// The only value of a tensor that holds one.
  ///
  /// - Precondition: the tensor holds exactly one value.
  public var scalar: Float {
    precondition(count == 1, "scalar: the shape \(shape) holds \(count) values")
    return storage.base[0]
  }

  /// Calls `body` with the values in row-major order.
  public func withSpan<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
    try body(UnsafeBufferPointer(start: storage.base, count: storage.count).span)
  }

  /// Calls `body` with a pointer to the values, valid only during the call.
  public func withUnsafeScalars<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: storage.base, count: storage.count))
  }

  /// Changes the values in place, after copying them if anyone else holds them.
  public mutating func mutate(_ body: (inout MutableSpan<Float>) -> Void) {
    let base = mutableBase()
    var span = UnsafeMutableBufferPointer(start: base, count: storage.count).mutableSpan
    body(&span)
  }

  /// Where the values lie that may be changed now: copied if anyone else held them, nothing packed of them.
  mutating func mutableBase() -> UnsafeMutablePointer<Float> {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = Storage(count: storage.count)
      copy.base.update(from: storage.base, count: storage.count)
      storage = copy
    }
    storage.packings.removeAll()
    return storage.base
  }

  /// The same values without their history: gradients stop here.
  public func detached() -> Tensor {
    Tensor(shape: shape, storage: storage)
  }

  /// Whether operations on this tensor are recorded.
  public var isTracked: Bool { node != nil }

  /// The same values as the start of a new history, so that gradients can be asked about them.
  public func tracked() -> Tensor {
    Tensor(shape: shape, storage: storage, node: Node(leaf: "leaf"))
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String {
    let shown = scalars.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return "Tensor(\(shape), [\(shown)\(count > 8 ? ", …" : "")])"
  }
}

extension Tensor {
  /// Creates a tensor whose values `fill` writes through a pointer that several threads may share.
  ///
  /// - Precondition: `fill` writes every value; the memory that it is handed is undefined.
  init(shape: Shape, filling fill: (SharedPointer<Float>) -> Void) {
    let storage = Storage(count: shape.elementCount)
    fill(SharedPointer(storage.base))
    self.init(shape: shape, storage: storage)
  }

  /// Calls `body` with a pointer to the values, valid only during the call.
  func withPointer<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return body(UnsafePointer(storage.base))
  }
}

/// Calls `body` with undefined memory for `count` values, valid only during the call.
func withScratch<Result>(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
  let storage = Storage(count: count)
  defer { withExtendedLifetime(storage) {} }
  return body(storage.base)
}
