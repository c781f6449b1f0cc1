import Autograd
import Testing
import WeakSupervision

@testable import Methods

@Suite struct TrustedLabelsTests {
  @Test func valuesBetweenTheBoundsAreNotDecided() {
    let maps = Tensor([0.1, 0.2, 0.25, 0, 0.3, 0.6, 0.7, 0.1, 0.2, 0.71, 0.9, 0.8], shape: [2, 3, 2])
    let labels = TrustedLabels(lower: 0.25, upper: 0.7)(maps, classes: [4, 11])
    #expect(labels == [0, 0, 255, 255, 12, 5])
  }

  @Test func withoutClassesEverythingIsBackground() {
    #expect(TrustedLabels(lower: 0.25, upper: 0.7)(Tensor.zeros([1, 2, 0]), classes: []) == [0, 0])
  }
}
