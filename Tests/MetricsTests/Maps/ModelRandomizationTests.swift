import Autograd
import Metrics
import Testing

@Suite struct ModelRandomizationTests {
  @Test func pointsAreCountedApart() {
    var check = ModelRandomization(parts: ["head", "layer4"])
    let map = Tensor([1, 2, 3, 4], shape: [2, 2])
    check.add(map) { last in last == 0 ? map * 2 : map * -1 }
    check.add(map) { _ in Tensor([1, 2, 4, 3], shape: [2, 2]) }
    #expect(check.correlations[0].value == 0.9 && abs((check.correlations[1].value ?? 0) + 0.1) < 1e-12)
    check.add(map) { _ in .ones([2, 2]) }
    check.add(.zeros([2, 2])) { _ in map }
    check.add(map) { _ in .ones([1, 4]) }
    #expect(check.correlations[0].used == 2 && check.correlations[0].skipped == 3)
  }
}
