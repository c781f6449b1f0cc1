/// The gradients of one scalar, by the tensor that they belong to.
public struct Gradients: Sendable {
  private var table: [ObjectIdentifier: Tensor] = [:]
  /// Keeps the nodes alive that the table's keys name, so that no key is ever reused.
  private var nodes: [Node] = []

  init() {}

  /// The gradient with respect to `tensor`, or `nil` if the scalar does not depend on it.
  public subscript(tensor: Tensor) -> Tensor? {
    tensor.node.flatMap { table[ObjectIdentifier($0)] }
  }

  mutating func keep(_ gradient: Tensor, for node: Node) {
    table[ObjectIdentifier(node)] = gradient
    nodes.append(node)
  }
}

extension Tensor {
  /// The gradients of this scalar with respect to every tracked tensor that it was computed from.
  ///
  /// The table can be asked about leaves and about any intermediate tensor that somebody still holds;
  /// gradients of intermediates that nobody can ask about any more are freed as soon as they are used, and
  /// so are the pullbacks with what they captured. Pass `retainingGraph: true` to keep them for a second
  /// call. Second derivatives are not recorded: a gradient is an ordinary, untracked tensor.
  ///
  /// - Precondition: the tensor holds one value and its graph was not freed by an earlier call.
  public func gradients(retainingGraph: Bool = false) -> Gradients {
    precondition(count == 1, "gradients: the shape \(shape) is not a scalar; sum it first")
    return gradients(from: Tensor(repeating: 1, shape: shape), retainingGraph: retainingGraph)
  }

  /// The gradients of `sum(self * cotangent)` with respect to every tracked tensor behind this one.
  ///
  /// - Precondition: `cotangent` has this tensor's shape, and the graph was not freed by an earlier call.
  public func gradients(from cotangent: Tensor, retainingGraph: Bool = false) -> Gradients {
    precondition(
      cotangent.shape == shape,
      "gradients: the cotangent \(cotangent.shape) does not have the shape \(shape)")
    var result = Gradients()
    let profile = Profile.current
    guard let root = node else { return result }
    var order = root.reachable()
    var pending: [ObjectIdentifier: Tensor] = [ObjectIdentifier(root): cotangent.detached()]
    while var node = order.popLast() {
      guard let gradient = pending.removeValue(forKey: ObjectIdentifier(node)) else {
        if !retainingGraph { node.release() }
        continue
      }
      if !node.isLeaf {
        guard let pullback = node.pullback else {
          preconditionFailure(Node.freed)
        }
        let gradients = profile?.backward(node, pullback, gradient) ?? pullback(gradient)
        for (parent, gradient) in zip(node.parents, gradients) {
          guard let parent, let gradient else { continue }
          pending[ObjectIdentifier(parent)].accumulate(gradient, profile)
        }
        if !retainingGraph { node.release() }
      }
      if node.isLeaf || retainingGraph || !isKnownUniquelyReferenced(&node) {
        result.keep(gradient, for: node)
      }
    }
    return result
  }
}

extension Tensor? {
  /// Adds a further contribution, in place where nobody else holds the sum.
  mutating func accumulate(_ contribution: Tensor, _ profile: Profile?) {
    guard var sum = take() else {
      self = contribution.detached()
      return
    }
    precondition(
      sum.shape == contribution.shape,
      "gradients: contributions of shapes \(sum.shape) and \(contribution.shape) to one tensor")
    if let profile {
      // Two reads and a write.
      let bytes = 3 * Profile.bytes([contribution])
      profile.time("accumulate", .backward, bytes: bytes) { sum.add(contribution) }
    } else {
      sum.add(contribution)
    }
    self = sum
  }
}

extension Node {
  /// What is wrong with a second call.
  static let freed = """
    gradients: the graph behind this tensor was freed by an earlier call; \
    pass retainingGraph: true to that one
    """

  /// This node and everything that it was computed from, parents before children.
  func reachable() -> [Node] {
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    var found = [self]
    var next = 0
    while next < found.count {
      for case let parent? in found[next].parents where seen.insert(ObjectIdentifier(parent)).inserted {
        found.append(parent)
      }
      next += 1
    }
    // Stable, so that contributions to one tensor are always added in the same order.
    let order = found.indices.sorted {
      found[$0].depth != found[$1].depth ? found[$0].depth < found[$1].depth : $0 > $1
    }
    return order.map { found[$0] }
  }
}

extension Tensor {
  /// Adds `other` in place, after copying if anyone else holds the values.
  ///
  /// - Precondition: the shapes are equal.
  mutating func add(_ other: Tensor) {
    let source = other.storage
    mutate { values in
      values.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let target = SharedPointer(base)
        Parallel.forEachRange(buffer.count, grain: Elementwise.grain) { range in
          let (x, y) = (UnsafePointer(source.base), target.pointer)
          for index in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
            (Vector(at: y + index) + Vector(at: x + index)).store(
              to: y + index, count: range.upperBound - index)
          }
        }
      }
    }
  }
}
