import Autograd
import TestSupport
import Testing

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
