import Benchmarks
import Testing

@Suite struct MeasurementTests {
  @Test func warmUpDoesNotCount() {
    var calls = 0
    let measurement = Measurement(runs: 3, warmUp: 2) { calls += 1 }
    #expect(calls == 5)
    #expect(measurement.seconds.count == 3)
  }

  @Test func theMedianLiesInTheMiddle() {
    let measurement = Measurement(runs: 5, warmUp: 0) {}
    #expect(measurement.median == measurement.seconds.sorted()[2])
    #expect(measurement.best <= measurement.median)
    let even = Measurement(runs: 2, warmUp: 0) {}
    #expect(even.median == (even.seconds[0] + even.seconds[1]) / 2)
  }
}
