import Autograd
import TestSupport
import Testing

@Suite struct AttentionTests {
  @Test func gradient() {
    expectGradientsMatch("attention", [[2, 2, 3, 4], [2, 2, 5, 4], [2, 2, 5, 3]]) {
      Tensor.attention(query: $0[0], key: $0[1], value: $0[2], scale: 0.7)
    }
  }

  @Test func matchesPyTorch() throws {
    let golden = try Golden("attention")
    let names = ["query", "key", "value"]
    let inputs = try names.map { try golden[$0].tracked() }
    let y = Tensor.attention(query: inputs[0], key: inputs[1], value: inputs[2], scale: 0.3)
    try expectClose(y, golden["y"], tolerance: tolerance(terms: 21))
    let gradients = y.gradients(from: try golden["cotangent"])
    for (name, input) in zip(names, inputs) {
      try expectClose(
        #require(gradients[input]), golden["\(name).gradient"], tolerance: tolerance(terms: 21), name)
    }
  }

  /// Equal keys weigh equally: the output is the mean of the values.
  @Test func equalKeysGiveTheMean() {
    let value = Sample.tensor("value", [1, 1, 20, 3])
    let y = Tensor.attention(
      query: Sample.tensor("query", [1, 1, 2, 4]), key: .ones([1, 1, 20, 4]), value: value, scale: 1)
    let mean = (0..<3).map { channel in
      stride(from: channel, to: 60, by: 3).reduce(0) { $0 + value.scalars[$1] } / 20
    }
    expectClose(y, Tensor(mean + mean, shape: [1, 1, 2, 3]), tolerance: tolerance(terms: 20))
  }

  /// Without channels all scores are zero: the output is the mean of the values.
  @Test func noChannelsGiveTheMean() {
    let y = Tensor.attention(
      query: .zeros([1, 1, 1, 0]), key: .zeros([1, 1, 4, 0]),
      value: Tensor([1, 2, 3, 6], shape: [1, 1, 4, 1]), scale: 1)
    #expect(y.scalars == [3])
  }

  /// Scores far beyond the range of the exponential pick the best key without overflow.
  @Test func largeScoresDoNotOverflow() {
    let key = Tensor([0, 500, 1000], shape: [1, 1, 3, 1])
    let value = Tensor([1, 2, 3], shape: [1, 1, 3, 1])
    let y = Tensor.attention(query: .ones([1, 1, 1, 1]), key: key, value: value, scale: 1)
    #expect(y.scalars == [3])
  }

  /// More queries than one tile holds: every block adds to the gradients of keys and values.
  @Test func manyQueriesAreTheSumOfTheirBlocks() throws {
    let inputs = [[1, 1, 300, 2], [1, 1, 600, 2], [1, 1, 600, 2]].enumerated().map {
      Sample.tensor("\($0)", Shape($1)).tracked()
    }
    func gradient(queries: Range<Int>) throws -> [Float] {
      let part = Tensor(
        inputs[0].scalars[queries.lowerBound * 2..<queries.upperBound * 2], shape: [1, 1, queries.count, 2])
      let y = Tensor.attention(query: part, key: inputs[1], value: inputs[2], scale: 1)
      return try #require(y.gradients(from: .ones(y.shape))[inputs[1]]).scalars
    }
    let (whole, first, second) = try (
      gradient(queries: 0..<300), gradient(queries: 0..<50), gradient(queries: 50..<300)
    )
    expectClose(
      Tensor(whole, shape: [1200]), Tensor(zip(first, second).map { $0 + $1 }, shape: [1200]),
      tolerance: tolerance(terms: 300))
  }

  /// More keys than are multiplied at once, and more queries than a block holds: what the products and the
  /// softmax give one after the other.
  @Test func manyKeysAreMultipliedInPieces() throws {
    let inputs = [[1, 2, 150, 4], [1, 2, 900, 4], [1, 2, 900, 3]].enumerated().map {
      Sample.tensor("pieces \($0)", Shape($1)).tracked()
    }
    let y = Tensor.attention(query: inputs[0], key: inputs[1], value: inputs[2], scale: 0.7)
    let weights = (inputs[0].matmul(inputs[1].permuted([0, 1, 3, 2])) * 0.7).softmax()
    let expected = weights.matmul(inputs[2])
    expectClose(y, expected, tolerance: tolerance(terms: 600))
    let cotangent = Sample.tensor("pieces cotangent", y.shape)
    let (gradients, expectedGradients) = (y.gradients(from: cotangent), expected.gradients(from: cotangent))
    for (index, input) in inputs.enumerated() {
      try expectClose(
        #require(gradients[input]), #require(expectedGradients[input]), tolerance: tolerance(terms: 600),
        "input \(index)")
    }
  }

  @Test func refusesShapesThatDoNotFit() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.attention(
        query: .zeros([1, 1, 2, 3]), key: .zeros([1, 1, 2, 4]), value: .zeros([1, 1, 2, 3]), scale: 1)
    }
  }

  /// No query, no batch or no value gives nothing, and gradients of zero.
  @Test(arguments: [[1, 2, 0, 4], [0, 2, 3, 4]] as [Shape])
  func nothingGivesNothing(shape: Shape) throws {
    let key = Tensor.ones([shape[0], 2, 5, 4]).tracked()
    let y = Tensor.attention(query: Tensor.zeros(shape).tracked(), key: key, value: key, scale: 1)
    #expect(y.shape == shape)
    #expect(y.sum().gradients()[key]?.scalars == [Float](repeating: 0, count: key.count))
    #expect(Tensor.zeros([shape[0], 0, 12]).attention(heads: 2).shape == [shape[0], 0, 4])
  }

  /// Queries and keys without channels are all alike, so that the output is the mean of the values.
  @Test func withoutChannelsAllKeysAreAlike() {
    let value = Tensor([1, 2, 3, 6], shape: [1, 1, 2, 2])
    let y = Tensor.attention(
      query: .zeros([1, 1, 3, 0]), key: .zeros([1, 1, 2, 0]), value: value, scale: 1)
    #expect(y.scalars == [2, 4, 2, 4, 2, 4])
  }

  @Test func notANumberReachesTheOutput() {
    var values = Sample.tensor("q", [1, 1, 20, 8]).scalars
    values[3 * 8] = .nan
    let (query, key) = (Tensor(values, shape: [1, 1, 20, 8]), Sample.tensor("k", [1, 1, 20, 8]))
    let byQuery = Tensor.attention(query: query, key: key, value: key, scale: 1)
    #expect(byQuery.slice(axis: 2, 3..<4).scalars.allSatisfy { $0.isNaN })
    #expect(byQuery.slice(axis: 2, 4..<20).scalars.allSatisfy { $0.isFinite })
    let byKey = Tensor.attention(query: key, key: query, value: key, scale: 1)
    #expect(byKey.scalars.allSatisfy { $0.isNaN })
  }
}

@Suite struct PackedAttentionTests {
  @Test func gradient() {
    expectGradientsMatch("attention(heads:)", [[2, 3, 12]]) { $0[0].attention(heads: 2) }
  }

  @Test func matchesPyTorch() throws {
    let golden = try Golden("attention_packed")
    let qkv = try golden["qkv"].tracked()
    let y = qkv.attention(heads: 3)
    try expectClose(y, golden["y"], tolerance: tolerance(terms: 19))
    let gradient = try #require(y.gradients(from: golden["cotangent"])[qkv])
    try expectClose(gradient, golden["qkv.gradient"], tolerance: tolerance(terms: 19))
  }

  @Test func weightsMatchPyTorch() throws {
    let golden = try Golden("attention_weights")
    let weights = try golden["qkv"].attentionWeights(heads: 2)
    try expectClose(weights, golden["y"], tolerance: tolerance(terms: 7))
  }

  @Test func weightsAddUpToOne() {
    let weights = Sample.tensor("qkv", [2, 37, 24]).attentionWeights(heads: 2).scalars
    let sums = stride(from: 0, to: weights.count, by: 37).map { weights[$0..<$0 + 37].reduce(0, +) }
    expectClose(Tensor(sums, shape: [148]), .ones([148]), tolerance: tolerance(terms: 37))
  }

  @Test func samplesAreIndependent() {
    let one = Sample.tensor("qkv", [1, 11, 24])
    let two = Tensor(one.scalars + Sample.tensor("other", [1, 11, 24]).scalars, shape: [2, 11, 24])
    #expect(Array(two.attention(heads: 2).scalars.prefix(88)) == one.attention(heads: 2).scalars)
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("qkv", [2, 197, 96])]) { $0[0].attention(heads: 2) }
  }

  @Test func refusesAWidthThatTheHeadsDoNotDivide() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([1, 2, 12]).attention(heads: 3) }
  }
}
