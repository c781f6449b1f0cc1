import Foundation
import TestSupport
import Testing

/// The strength of refinement as a run chooses it, but small enough for a test.
@Suite(.serialized) struct RefinementTests {
  private static let settings = [
    "data.side=32", "data.train_images=8", "data.val_images=2", "method.augmentation.crop=32",
    "method.schedule.iterations=2", "method.schedule.batch=2", "seeds.base_size=32", "seeds.background=fixed",
    "refine=[{name: par, iterations: 2}]",
  ]
  private static let stages = ["--stages", "classify,seeds,refine"]

  private func pseudoMasks(_ job: SmallJob, _ run: Int) throws -> [String: Any] {
    let metrics = try #require(
      try JSONSerialization.jsonObject(with: job.bytes(run, "metrics.json")) as? [String: Any])
    return try #require(metrics["pseudoMasks"] as? [String: Any])
  }

  @Test func theRunChoosesAStrengthAndKeepsToIt() throws {
    let job = try SmallJob(configuration: "synthetic/quickstart", settings: Self.settings)
    let several = Self.stages + ["--set", "refine_strengths=[2, 0, 1]"]
    let first = try job.run(several)
    #expect(first.status == 0, "\(first.stderr)")
    let figures = try pseudoMasks(job, 1)
    let chosen = try #require(figures["strength"] as? Double)
    let criterion = try #require(figures["strengthCriterion"] as? [String: Double])
    #expect(Set(criterion.keys) == ["2.0", "0.0", "1.0"])
    #expect(criterion["\(chosen)"] == criterion.values.max())
    let line =
      criterion.values.allSatisfy { $0 == 0 }
      ? "refine_strengths cannot be compared, for the classifier sees no class in 8 images; 2.0, the first "
        + "of 2.0, 0.0, 1.0, is taken; train longer, or name one strength"
      : "refinement at strength \(chosen), chosen among 2.0, 0.0, 1.0: share of a class's score"
    #expect((first.stdout + first.stderr).contains(line), "\(first.stdout)\(first.stderr)")
    let resumed = try job.run(["--resume"] + several)
    #expect(resumed.stdout.contains("[refine] skipped: its output is there and valid"), "\(resumed.stdout)")
    // The same as under its number, bit for bit.
    let named = try job.run(
      Self.stages + ["--set", "refine_strengths=[\(chosen)]", "--from", job.path(1, "")])
    #expect(named.stdout.contains("\ntaken over: classify, seeds\n"), "\(named.stdout)")
    for name in ["refine/labels/train-00007.png", "refine/confidence/train-00007.png"] {
      #expect(try job.bytes(1, name) == job.bytes(2, name), "\(name)")
    }
    #expect(try pseudoMasks(job, 2)["strength"] == nil)
  }
}
