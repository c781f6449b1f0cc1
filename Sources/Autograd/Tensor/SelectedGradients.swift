/// How rectifiers pass a gradient v back to their input u, in one backward pass.
public enum RectifierRule: Sendable, Hashable, CaseIterable {
  /// The derivative: v where 0 < u, and u < 6 for `relu6`.
  case plain
  /// Only positive gradients, where the derivative passes them: guided backpropagation
  /// (Springenberg et al.: Striving for Simplicity: The All Convolutional Net, 2015).
  case guided
  /// Only positive gradients, wherever they arrive: the deconvolution network
  /// (Zeiler and Fergus: Visualizing and Understanding Convolutional Networks, 2014).
  case deconvolution
}

extension Tensor {
  /// The gradients of `sum(self * cotangent)` with respect to `tensors` alone.
  ///
  /// The backward pass goes only where one of them lies behind, so that it ends at the one next to the start
  /// of the graph. The values are those of `gradients(from:)`. Pass `retainingGraph: true` to ask again.
  /// With a rule other than the plain one, they are what the graph's rectifiers let through in this call:
  /// `relu`, `relu6`, and norms that end with one of them.
  ///
  /// - Precondition: `cotangent` has this tensor's shape, and the graph was not freed by an earlier call.
  public func gradients(
    from cotangent: Tensor, of tensors: [Tensor], rectifiers rule: RectifierRule = .plain,
    retainingGraph: Bool = false
  ) -> Gradients {
    precondition(
      cotangent.shape == shape,
      "gradients: the cotangent \(cotangent.shape) does not have the shape \(shape)")
    var result = Gradients()
    guard let root = node else { return result }
    let profile = Profile.current
    let order = root.reachable()
    let wanted = Set(tensors.compactMap { $0.node.map { ObjectIdentifier($0) } })
    var leading = wanted
    for node in order where node.leads(to: leading) { leading.insert(ObjectIdentifier(node)) }
    var pending: [ObjectIdentifier: Tensor] = [ObjectIdentifier(root): cotangent.detached()]
    for node in order.reversed() {
      let id = ObjectIdentifier(node)
      guard var gradient = pending.removeValue(forKey: id) else { continue }
      if wanted.contains(id) { result.keep(gradient, for: node) }
      guard !node.isLeaf else { continue }
      guard var pullback = node.pullback else { preconditionFailure(Node.freed) }
      guard node.leads(to: leading) else { continue }
      if rule != .plain, let open = node.openPullback {
        gradient = gradient.relu()
        if rule == .deconvolution { pullback = open }
      }
      let gradients = profile?.backward(node, pullback, gradient) ?? pullback(gradient)
      for (parent, gradient) in zip(node.parents, gradients) {
        guard let parent, let gradient, leading.contains(ObjectIdentifier(parent)) else { continue }
        pending[ObjectIdentifier(parent)].accumulate(gradient, profile)
      }
      if !retainingGraph { node.release() }
    }
    return result
  }
}

extension Node {
  /// Whether one of the inputs is one of `nodes`.
  fileprivate func leads(to nodes: Set<ObjectIdentifier>) -> Bool {
    parents.contains { $0.map { nodes.contains(ObjectIdentifier($0)) } ?? false }
  }
}
