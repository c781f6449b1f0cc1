import Benchmarks
import Testing

@Suite struct ExplanationBenchmarkTests {
  @Test func methodsAreMeasuredTogether() throws {
    let benchmark = try ExplanationBenchmark(
      model: "vit-tiny", methods: ["grad-cam", "gradient"], classes: 2, size: 32)
    #expect(try benchmark.run(1).line(asJSON: false).hasPrefix("vit-tiny, batch 1, 32 × 32 pixels"))
  }

  @Test func requestsThatDoNotFitAreRefused() {
    #expect(throws: BenchmarkError.illegalSize(40, model: "vit-tiny", nearest: 48)) {
      try ExplanationBenchmark(model: "vit-tiny", methods: ["cam"], classes: 1, size: 40)
    }
    #expect(throws: BenchmarkError.illegalClasses(0)) {
      try ExplanationBenchmark(model: "vit-tiny", methods: ["cam"], classes: 0, size: 32)
    }
    #expect {
      try ExplanationBenchmark(model: "resnet18", methods: ["cam", "legrad"], classes: 1, size: 32)
    } throws: {
      "\($0)" == "--methods legrad: is legrad, but resnet18 has no attention; use grad-cam"
    }
    #expect(
      "\(BenchmarkError.unknownMethod("cams", known: ["cam", "tam"]))"
        == "--methods cams: unknown method; choose some of cam, tam")
    #expect("\(BenchmarkError.illegalClasses(0))" == "--classes 0: give 1 to 1000")
  }
}
