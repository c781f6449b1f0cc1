import Autograd
import Synchronization
import TestSupport
import Testing

@Suite struct SelectedGradientsTests {
  /// Two branches of one start that meet: the values of every tensor are those of a whole backward pass.
  @Test func equalThoseOfAWholeBackwardPass() throws {
    let x = Sample.tensor("x", [3, 4]).tracked()
    let early = x.squared()
    let (left, right) = (early.relu(), early * x)
    let output = left * right + early
    let cotangent = Sample.tensor("cotangent", [3, 4])
    let whole = output.gradients(from: cotangent, retainingGraph: true)
    let some = output.gradients(from: cotangent, of: [early, right, output], retainingGraph: true)
    for tensor in [early, right, output] {
      try #expect(#require(some[tensor]).scalars == #require(whole[tensor]).scalars)
    }
    #expect(some[x] == nil)
    #expect(some[left] == nil)
    let last = output.gradients(from: cotangent, of: [x])
    try #expect(#require(last[x]).scalars == #require(whole[x]).scalars)
  }

  @Test func theBackwardPassEndsAtTheLowestOfThem() throws {
    let calls = Mutex<[String]>([])
    func step(_ name: String, _ input: Tensor) -> Tensor {
      let output = Tensor(input.scalars, shape: input.shape)
      return output.recorded(name, from: input) { gradient in
        calls.withLock { $0.append(name) }
        return gradient
      }
    }
    let x = Tensor.ones([2]).tracked()
    let low = step("low", x)
    let middle = step("middle", low)
    let high = step("high", middle)
    let gradients = high.gradients(from: .ones([2]), of: [middle])
    try #expect(#require(gradients[middle]).scalars == [1, 1])
    #expect(calls.withLock { $0 } == ["high"])
  }

  @Test func whatItDoesNotDependOnHasNone() {
    let (x, other) = (Tensor.ones([2]).tracked(), Tensor.ones([2]).tracked())
    #expect(x.squared().gradients(from: .ones([2]), of: [other])[other] == nil)
    #expect(Tensor.ones([2]).gradients(from: .ones([2]), of: [x])[x] == nil)
  }

  @Test func aFreedGraphIsNamed() async {
    await #expect(processExitsWith: .failure) {
      let x = Tensor.ones([2]).tracked()
      let output = x.squared()
      _ = output.gradients(from: .ones([2]), of: [x])
      _ = output.gradients(from: .ones([2]), of: [x])
    }
  }

  private static let rules: [(RectifierRule, String)] = [
    (.plain, "plain"), (.guided, "guided"), (.deconvolution, "deconvolution"),
  ]

  /// Worked out by hand for inputs u and gradients v.
  @Test func rectifiersFollowTheRuleOfTheCall() throws {
    let u = Tensor([1, -1, 2, 7, 7], shape: [5]).tracked()
    let v = Tensor([-1, 2, 3, 5, -5], shape: [5])
    func expect(_ output: Tensor, _ rule: RectifierRule, _ values: [Float]) throws {
      let found = output.gradients(from: v, of: [u], rectifiers: rule, retainingGraph: true)
      try #expect(#require(found[u]).scalars == values, "\(rule)")
    }
    try expect(u.relu(), .plain, [-1, 0, 3, 5, -5])
    try expect(u.relu(), .guided, [0, 0, 3, 5, 0])
    try expect(u.relu(), .deconvolution, [0, 2, 3, 5, 0])
    try expect(u.relu6(), .plain, [-1, 0, 3, 0, 0])
    try expect(u.relu6(), .guided, [0, 0, 3, 0, 0])
    try expect(u.relu6(), .deconvolution, [0, 2, 3, 5, 0])
    try expect(u * 2, .guided, [-2, 4, 6, 10, -10])
  }

  @Test func aRectifierWithinANormFollowsTheRule() throws {
    let (input, residual) = (
      Sample.tensor("input", [6, 3]).tracked(), Sample.tensor("rest", [6, 3]).tracked()
    )
    let (scale, offset) = (Sample.tensor("scale", [3]), Sample.tensor("offset", [3]))
    let cotangent = Sample.tensor("cotangent", [6, 3])
    func outputs(_ activation: Activation) -> [Tensor] {
      [
        input.normalized(
          mean: offset, variance: scale.squared(), scale: scale, offset: offset, epsilon: 0.1,
          adding: residual, activation: activation),
        input.batchNorm(
          scale: scale, offset: offset, epsilon: 0.1, adding: residual, activation: activation
        ).output,
      ]
    }
    for (rule, name) in Self.rules {
      for (joined, apart) in zip(outputs(.relu), outputs(.none).map { $0.relu() }) {
        let found = joined.gradients(from: cotangent, of: [input, residual], rectifiers: rule)
        let expected = apart.gradients(from: cotangent, of: [input, residual], rectifiers: rule)
        for tensor in [input, residual] {
          try expectClose(
            #require(found[tensor]), #require(expected[tensor]), tolerance: tolerance(terms: 18), name)
        }
      }
    }
  }

  @Test func rulesMatchPyTorchsHooks() throws {
    let network = try RectifiedNetwork()
    let images = network.images.tracked()
    let logits = network.logits(network.map(images))
    try expectClose(logits, network.golden["logits"], tolerance: 1e-5)
    for (rule, name) in Self.rules {
      for target in [2, 0] {
        let score = logits.slice(axis: 1, target..<target + 1)
        let found = score.gradients(
          from: .ones(score.shape), of: [images], rectifiers: rule, retainingGraph: true)
        try expectClose(#require(found[images]), network.golden["\(name).\(target)"], tolerance: 1e-6, name)
      }
    }
  }

  /// A rule lives in its call: passes at the same time, and later ones, know nothing of it.
  @Test func rulesOfOneGraphDoNotMix() async throws {
    let network = try RectifiedNetwork()
    let images = network.images.tracked()
    let logits = network.logits(network.map(images))
    let found = await withTaskGroup(of: (Int, [Float]?).self) { group in
      for index in 0..<12 {
        group.addTask {
          let table = logits.gradients(
            from: .ones(logits.shape), of: [images], rectifiers: Self.rules[index % 3].0, retainingGraph: true
          )
          return (index, table[images]?.scalars)
        }
      }
      return await group.reduce(into: [Int: [Float]]()) { $0[$1.0] = $1.1 }
    }
    for index in 0..<12 {
      let alone = logits.gradients(
        from: .ones(logits.shape), of: [images], rectifiers: Self.rules[index % 3].0, retainingGraph: true)
      try #expect(#require(found[index]) == #require(alone[images]).scalars)
    }
  }
}
