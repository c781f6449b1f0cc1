import Autograd
import Testing

@Suite struct CeilingsTests {
  private let ceilings = Ceilings(flopPerSecond: 200, bytesPerSecond: 20)

  @Test func bothAreMeasured() {
    let ceilings = Ceilings.measure(seconds: 0.01)
    // A loop that the compiler dropped would seem to run a hundred times as fast as any core.
    let threads = Double(Parallel.threadCount)
    #expect(ceilings.flopPerSecond > 1e8 && ceilings.flopPerSecond < threads * 1e12)
    #expect(ceilings.bytesPerSecond > 1e8 && ceilings.bytesPerSecond < 1e13)
  }

  @Test func theRidgeSeparatesArithmeticFromMemory() {
    #expect(ceilings.ridge == 10)
    #expect(ceilings.limit(flop: 1000, bytes: 100) == .arithmetic)
    #expect(ceilings.limit(flop: 999, bytes: 100) == .memory)
  }

  @Test func theHigherOfTwoMeasurementsCounts() {
    let other = Ceilings(flopPerSecond: 100, bytesPerSecond: 30)
    #expect(ceilings.maximum(other) == Ceilings(flopPerSecond: 200, bytesPerSecond: 30))
  }

  @Test func whatDoesNothingHasNoLimit() {
    #expect(ceilings.limit(flop: 0, bytes: 0) == nil)
  }
}
