import Autograd
import Metrics
import Testing

@Suite struct EnergyPointingTests {
  @Test func shareOfTheEnergy() {
    let map = Tensor([1, 2, 3, 5], shape: [2, 2])
    #expect(abs((energyPointing(map, object: [false, false, true, true]) ?? 0) - 6.0 / 7) < 1e-6)
    #expect(energyPointing(map, object: [true, true, true, true]) == 1)
    #expect(energyPointing(map, object: [false, false, false, false]) == nil)
    #expect(energyPointing(.ones([2, 2]), object: [true, false, false, false]) == nil)
    #expect(energyPointing(Tensor([1, .nan], shape: [1, 2]), object: [true, false]) == nil)
  }

  @Test func uniformMapsHaveARatioOfOne() {
    #expect(insideOutsideRatio(.ones([2, 2]), object: [true, false, false, false]) == 1)
    let map = Tensor([6, -9, 1, 2], shape: [2, 2])
    #expect(insideOutsideRatio(map, object: [true, false, false, false]) == 6)
    #expect(insideOutsideRatio(map, object: [true, true, true, true]) == nil)
    #expect(insideOutsideRatio(map, object: [false, false, false, false]) == nil)
    #expect(insideOutsideRatio(map, object: [true, false, true, true]) == nil)
    #expect(insideOutsideRatio(Tensor([1, .nan], shape: [1, 2]), object: [true, false]) == nil)
  }
}
