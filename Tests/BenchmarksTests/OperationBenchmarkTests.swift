import Benchmarks
import Testing

@Suite struct OperationBenchmarkTests {
  @Test func namesAreUnique() {
    #expect(Set(OperationBenchmarks.names).count == OperationBenchmarks.names.count)
  }

  @Test(arguments: [false, true])
  func oneOperationIsMeasured(gradient: Bool) throws {
    let result = try #require(OperationBenchmarks.run("layer-norm", runs: 1, gradient: gradient))
    #expect(try result.line(asJSON: true).contains("\"gigabytes_per_second\":"))
    #expect(try result.line(asJSON: false).hasPrefix(gradient ? "layer-norm (gradient) " : "layer-norm "))
  }

  @Test func unknownOperationsAreNil() {
    let result = OperationBenchmarks.run("no-such-operation", runs: 1, gradient: false)
    #expect(result == nil)
  }
}
