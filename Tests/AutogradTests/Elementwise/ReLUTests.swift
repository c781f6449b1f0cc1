import Autograd
import TestSupport
import Testing

@Suite struct ReLUTests {
  @Test func gradient() {
    expectGradientsMatch("relu", [[4, 5]], keepAwayFrom: [0]) { $0[0].relu() }
  }

  @Test func matchesReference() throws {
    let golden = try Golden("relu")
    let x = try golden["x"].tracked()
    let y = x.relu()
    try expectClose(y, golden["y"], tolerance: 0)
    let gradients = y.gradients(from: try golden["cotangent"])
    try expectClose(#require(gradients[x]), golden["x.gradient"], tolerance: 0)
  }

  @Test func isIdempotent() {
    let x = Tensor([-1, 0, 2, .infinity], shape: [4]).relu()
    #expect(x.scalars == [0, 0, 2, .infinity])
    #expect(x.relu().scalars == x.scalars)
  }
}
