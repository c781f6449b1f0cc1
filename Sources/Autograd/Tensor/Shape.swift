/// The extents of a tensor, outermost axis first; an empty shape is a scalar.
public struct Shape: RandomAccessCollection, MutableCollection, Hashable, Sendable {
  /// The extent of each axis.
  public var extents: [Int]

  /// Creates a shape from its extents.
  public init(_ extents: [Int]) {
    self.extents = extents
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { extents.count }

  public subscript(axis: Int) -> Int {
    get { extents[axis] }
    set { extents[axis] = newValue }
  }

  /// The number of axes.
  public var rank: Int { extents.count }

  /// The number of values that a tensor of this shape holds; 1 for a scalar.
  public var elementCount: Int { extents.reduce(1, *) }

  /// The distance in values between neighbours along each axis of a row-major tensor.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }

  /// The shape that both operands are stretched to, or `nil` if an axis differs and neither extent is 1.
  public func broadcast(with other: Shape) -> Shape? {
    let rank = Swift.max(self.rank, other.rank)
    var extents = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let left = axis - rank + self.rank >= 0 ? self[axis - rank + self.rank] : 1
      let right = axis - rank + other.rank >= 0 ? other[axis - rank + other.rank] : 1
      guard left == right || left == 1 || right == 1 else { return nil }
      extents[axis] = left == 1 ? right : left
    }
    return Shape(extents)
  }

  /// The axis counted from the front: `-1` names the last one.
  ///
  /// - Precondition: `-rank <= axis < rank`.
  public func normalized(axis: Int, operation: String = #function) -> Int {
    let normalized = axis < 0 ? axis + rank : axis
    precondition(
      normalized >= 0 && normalized < rank, "\(operation): axis \(axis) is outside the shape \(self)")
    return normalized
  }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }
}

extension Shape: CustomStringConvertible {
  public var description: String { extents.description }
}
