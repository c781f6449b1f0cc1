import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

@Suite struct ProjectionHeadTests {
  private let store = ParameterStore(seed: 0)

  private func head() -> ProjectionHead {
    ProjectionHead(channels: 6, hidden: 10, bottleneck: 5, codes: 7, in: store.root)
  }

  @Test func matchesReference() throws {
    let head = head()
    let golden = try Golden("projection_head")
    for parameter in store.parameters { parameter.assign(try golden[parameter.name]) }
    let input = try golden["x"].tracked()
    let codes = head(input, .training(seed: 0, step: 0))
    try expectClose(codes, golden["y"], tolerance: tolerance(terms: 30))
    let gradients = try (codes * golden["cotangent"]).sum().gradients()
    try expectClose(
      #require(gradients[input]), golden["x.gradient"], tolerance: tolerance(terms: 60, scale: 2))
    for parameter in store.parameters {
      try expectClose(
        #require(gradients[parameter]), golden["\(parameter.name).gradient"],
        tolerance: tolerance(terms: 60, scale: 4), parameter.name)
    }
  }

  @Test func codesAreCosines() {
    let codes = head()(hashed("tokens", [4, 6]) * 30, .inference)
    #expect(codes.shape == [4, 7])
    #expect(codes.absoluteValue().maximum().scalar <= 1.0001)
  }

  @Test func handsOutEveryParameter() {
    #expect(head().parameters.map(\.name) == store.parameters.map(\.name))
    #expect(store.parameters.count == 7)
  }
}
