import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct MultiLabelSoftMarginTests {
  @Test func matchesReference() throws {
    try expectLossMatches("multi_label_soft_margin") { multiLabelSoftMargin(logits: $0, labels: $1) }
  }

  @Test func gradient() {
    let labels = Tensor([1, 0, 0, 1, 1, 0], shape: [2, 3])
    expectGradientsMatch("multiLabelSoftMargin", [[2, 3]]) {
      multiLabelSoftMargin(logits: $0[0], labels: labels)
    }
  }

  @Test func staysFiniteForConfidentLogits() throws {
    let logits = Tensor([200, -200], shape: [1, 2]).tracked()
    let loss = multiLabelSoftMargin(logits: logits, labels: Tensor([0, 1], shape: [1, 2]))
    #expect(loss.scalar == 200)
    #expect(try #require(loss.gradients()[logits]).scalars == [0.5, -0.5])
  }
}

/// Compares a loss of `logits` and `labels` and its gradient, after a factor of 1.5, with a golden file.
func expectLossMatches(_ name: String, _ loss: (Tensor, Tensor) -> Tensor) throws {
  let golden = try Golden(name)
  let logits = try golden["logits"].tracked()
  let value = loss(logits, try golden["labels"])
  try expectClose(value, golden["y"], tolerance: tolerance(terms: 1, scale: 8), name)
  let gradient = try #require(value.gradients(from: Tensor(1.5))[logits])
  try expectClose(gradient, golden["logits.gradient"], tolerance: tolerance(terms: 1, scale: 0.5), name)
}
