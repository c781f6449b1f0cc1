import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct GradientFilterTests {
  @Test(arguments: ["gaussian", "bilateral"]) func matchesTheReference(name: String) throws {
    let golden = try Golden("explainers")
    let map = try golden["gradient"].slice(axis: 2, 0..<1).reshaped(to: [1, 6, 7, 1])
    let found = name == "gaussian" ? GradientFilter.gaussian(map, sigma: 1.3) : GradientFilter.bilateral(map)
    let expected = try golden[name].reshaped(to: [1, 6, 7, 1])
    expectClose(found, expected, tolerance: 1e-6)
  }

  @Test func aConstantStaysWhatItIs() {
    let map = Tensor(repeating: 0.4, shape: [1, 2, 3, 1])
    expectClose(GradientFilter.gaussian(map, sigma: 30), map, tolerance: 1e-6)
  }
}
