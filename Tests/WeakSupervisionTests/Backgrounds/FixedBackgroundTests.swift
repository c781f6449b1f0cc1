import Testing
import WeakSupervision

@Suite struct FixedBackgroundTests {
  @Test func theNumberIsWhatIsGiven() {
    let none = MapSample(count: 0) { _ in preconditionFailure("nothing is looked at") }
    #expect(FixedBackground(0.3).choice(none) == BackgroundChoice(0.3, refinement: 0.3))
  }
}
