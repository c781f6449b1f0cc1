/// Turns the gradient of an operation's output into the gradient of its inputs.
///
/// One entry per input, `nil` for an input that is not tracked. A pullback captures detached tensors only.
public typealias Pullback = @Sendable (_ gradient: Tensor) -> [Tensor?]

/// One recorded operation: its name, where its inputs came from, and its pullback.
///
/// `@unchecked Sendable` holds because the two mutable fields change only when a backward pass, which owns
/// the graph below its loss, releases them, and when the last reference is gone.
final class Node: @unchecked Sendable {
  let operation: String
  /// The longest path to a leaf: a node is always deeper than everything that it was computed from.
  let depth: Int
  let isLeaf: Bool
  /// What the operation costs, for profiles.
  let work: Work
  /// The bytes of its inputs.
  let inputBytes: Int
  private(set) var parents: [Node?]
  private(set) var pullback: Pullback?
  /// The pullback as if all values passed the operation's rectifier; `nil` for operations without one.
  private(set) var openPullback: Pullback?

  init(leaf operation: String) {
    self.operation = operation
    depth = 0
    isLeaf = true
    work = .none
    inputBytes = 0
    parents = []
  }

  init(
    operation: String, inputs: [Tensor], work: Work, pullback: @escaping Pullback, openPullback: Pullback?
  ) {
    self.operation = operation
    self.work = work
    inputBytes = Profile.bytes(inputs)
    parents = inputs.map(\.node)
    self.pullback = pullback
    self.openPullback = openPullback
    isLeaf = false
    depth = parents.reduce(0) { max($0, $1?.depth ?? 0) } + 1
  }

  /// Lets go of the pullback, of what it captured, and of the links to the inputs.
  func release() {
    pullback = nil
    openPullback = nil
    parents = []
  }

  /// Frees a chain of nodes in a loop: the default, recursive release overflows the stack on long graphs.
  deinit {
    var pending = parents.compactMap { $0 }
    parents = []
    while var node = pending.popLast() {
      if isKnownUniquelyReferenced(&node) {
        pending.append(contentsOf: node.parents.compactMap { $0 })
        node.parents = []
      }
    }
  }
}

extension Tensor {
  /// This value as the output of an operation on `inputs`, with one pullback for all of them.
  ///
  /// Returns the value unchanged if no input is tracked. `pullback` returns one gradient per input, each of
  /// that input's shape; entries of inputs that are not tracked are ignored and should be `nil`. The current
  /// `Profile`, if there is one, notes the operation and its `work`, tracked or not. An operation that ends
  /// with a rectifier gives `openPullback` as well, the pullback as if all values passed the rectifier.
  public func recorded(
    _ operation: String, from inputs: [Tensor], work: Work = .none, openPullback: Pullback? = nil,
    pullback: @escaping Pullback
  ) -> Tensor {
    Profile.current?.forward(operation, from: inputs, to: self, work)
    guard inputs.contains(where: \.isTracked) else { return self }
    let node = Node(
      operation: operation, inputs: inputs, work: work, pullback: pullback, openPullback: openPullback)
    return Tensor(shape: shape, storage: storage, node: node)
  }

  /// This value as the output of an operation on one input.
  public func recorded(
    _ operation: String, from input: Tensor, work: Work = .none,
    pullback: @escaping @Sendable (Tensor) -> Tensor
  ) -> Tensor {
    recorded(operation, from: [input], work: work) { [pullback($0)] }
  }

  /// This value as the output of an operation on two inputs with independent pullbacks.
  ///
  /// The pullback of an input that is not tracked is dropped at once, with everything that it captured.
  public func recorded(
    _ operation: String, from first: Tensor, _ second: Tensor, work: Work = .none,
    pullbacks firstPullback: @escaping @Sendable (Tensor) -> Tensor,
    _ secondPullback: @escaping @Sendable (Tensor) -> Tensor
  ) -> Tensor {
    let pullbacks = (
      first: first.isTracked ? firstPullback : nil, second: second.isTracked ? secondPullback : nil
    )
    return recorded(operation, from: [first, second], work: work) {
      [pullbacks.first?($0), pullbacks.second?($0)]
    }
  }
}
