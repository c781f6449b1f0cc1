import Configuration
import Foundation
import Seedling
import TestSupport
import Testing
import Training

@testable import toy_train

/// A method whose runs end in class maps.
@Suite struct ToyClassifierTests {
  @Test func aRunEndsWithSeedsAndSaysSoWhereASegmenterIsAskedFor() throws {
    let job = try ToyJob(method: ToyJob.classifier)
    let result = try job.run()
    #expect(result.status == 0, "\(result.stderr)")
    #expect(job.exists(1, "classify/best.safetensors") && job.exists(1, "seeds/labels/train-00011.png"))
    for name in ["refine", "masks", "segment", "evaluate"] { #expect(!job.exists(1, name), "\(name)") }
    let metrics = try #require(
      JSONSerialization.jsonObject(with: job.bytes(1, "metrics.json")) as? [String: Any])
    #expect(Set(metrics.keys) == ["seed", "classifier", "seeds", "seconds"])
    #expect(throws: RunError.endsOtherwise(run: job.path(1), goals: ["seeds"])) {
      try Catalog.Methods.adding(ToyClassifier.self) {
        try EvaluationJob(run: job.path(1), configuration: nil, overrides: [])
      }
    }
  }

  @Test func aStageThatItDoesNotHaveIsRefused() throws {
    let result = try ToyJob(method: ToyJob.classifier).run(["--stages", "segment"])
    #expect(result.status == 1)
    #expect(
      result.stderr
        == "error: --stages: there is no stage \"segment\"; the stages are classify, seeds\n")
  }
}
