import Benchmarks
import Foundation
import Testing

@Suite struct NetworkBenchmarkTests {
  @Test(arguments: ["squeezenet1_1", "vit-tiny"])
  func printsOneLineOfJSON(model: String) throws {
    let result = try NetworkBenchmark(model: model, batch: 1, size: 64).trainingSteps(1)
    let line = try result.line(asJSON: true)
    let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "model", "batch", "size", "threads", "seconds_per_step", "images_per_second", "peak_rss_mib",
      ])
    #expect(object["model"] as? String == model)
    #expect(object["batch"] as? Int == 1)
    let seconds = try #require(object["seconds_per_step"] as? Double)
    let rate = try #require(object["images_per_second"] as? Double)
    #expect(abs(seconds * rate - 1) < 1e-6)
    #expect(!line.contains("\n"))
  }

  @Test func outputStrideMakesTheLastMapFiner() throws {
    let result = try NetworkBenchmark(model: "resnet18", batch: 1, size: 64, outputStride: 8).inference(1)
    #expect(try result.line(asJSON: false).hasPrefix("resnet18, batch 1, 64 × 64 pixels"))
    #expect(throws: BenchmarkError.illegalStride(4, model: "resnet18", legal: [8, 16, 32])) {
      try NetworkBenchmark(model: "resnet18", batch: 1, size: 64, outputStride: 4)
    }
    #expect(throws: BenchmarkError.illegalStride(8, model: "vit-tiny", legal: [])) {
      try NetworkBenchmark(model: "vit-tiny", batch: 1, size: 64, outputStride: 8)
    }
    #expect(
      "\(BenchmarkError.illegalStride(4, model: "resnet18", legal: [8, 16, 32]))"
        == "--output-stride 4: resnet18 cannot be built with it; use one of 8, 16, 32")
  }

  @Test func inferenceIsMeasuredToo() throws {
    let result = try NetworkBenchmark(model: "resnet18", batch: 1, size: 32).inference(1)
    #expect(try result.line(asJSON: false).hasPrefix("resnet18, batch 1, 32 × 32 pixels"))
  }

  @Test func classActivationMapsAreMeasuredForOneImage() throws {
    let result = try NetworkBenchmark(model: "vit-tiny", batch: 1, size: 64).classActivationMaps(1)
    #expect(try result.line(asJSON: false).hasPrefix("vit-tiny, batch 1, 64 × 64 pixels"))
  }

  @Test func unknownModelsAreNamedWithTheKnownOnes() {
    #expect(throws: BenchmarkError.unknownModel("vgg", known: NetworkBenchmark.models)) {
      try NetworkBenchmark(model: "vgg", batch: 1, size: 64)
    }
    #expect(
      BenchmarkError.unknownModel("vgg", known: ["a", "b"]).description
        == "--model vgg: unknown model; choose one of a, b")
  }

  @Test func illegalSizesNameTheNearestLegalOne() {
    #expect(throws: BenchmarkError.illegalSize(100, model: "vit-tiny", nearest: 96)) {
      try NetworkBenchmark(model: "vit-tiny", batch: 1, size: 100)
    }
    #expect(
      BenchmarkError.illegalSize(100, model: "vit-tiny", nearest: 96).description
        == "--size 100: vit-tiny cannot take images of this size; the nearest that it can is 96")
  }
}
