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

  @Test func theRidgeSeparatesArithmeticFromMemory() throws {
    #expect(ceilings.ridge == 10)
    let above = try #require(ceilings.limit(flop: 1000, bytes: 100))
    #expect(above == (.arithmetic, 5))
    let below = try #require(ceilings.limit(flop: 999, bytes: 100))
    #expect(below == (.memory, 5))
  }

  @Test func theHigherOfTwoMeasurementsCounts() {
    let other = Ceilings(flopPerSecond: 100, bytesPerSecond: 30)
    #expect(ceilings.maximum(other) == Ceilings(flopPerSecond: 200, bytesPerSecond: 30))
  }

  @Test func whatDoesNothingHasNoLimit() {
    #expect(ceilings.limit(flop: 0, bytes: 0) == nil)
  }
}
