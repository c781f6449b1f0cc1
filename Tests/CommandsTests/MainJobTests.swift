import Foundation
import TestSupport
import Testing

/// The main job from its beginning to its end.
@Suite(.serialized) struct MainJobTests {
  @Test func makesEverythingAndSkipsWhatIsThere() throws {
    let job = try SmallJob()
    let first = try job.run()
    #expect(first.status == 0, "\(first.stderr)")
    for name in [
      "config.yaml", "classes.txt", "metrics.json", "log.jsonl", "classify/best.safetensors",
      "segment/last.safetensors", "masks/train-00000.png", "refine/pictures/seeds.png",
      "evaluate/pictures/predictions.png",
      "evaluate/pictures/method.png",
      "evaluate/predictions/val-00003.png",
    ] {
      #expect(job.exists(1, name), "\(name)")
    }
    let second = try job.run(["--resume"])
    #expect(second.status == 0)
    #expect(second.stdout.contains("[evaluate] skipped: its output is there and valid"))
  }

  @Test func threadsDoNotMatter() throws {
    let job = try SmallJob()
    for threads in ["1", "2"] {
      let result = try job.run(
        ["--set", "method.schedule.iterations=6"], environment: ["SEEDLING_THREADS": threads])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(result.stdout.contains("seed 0, \(threads) threads"))
    }
    let names = try job.timelessFiles(1)
    #expect(names.contains("segment/last.safetensors") && names.contains("masks/train-00011.png"))
    #expect(try job.timelessFiles(2) == names)
    for name in names { #expect(try job.bytes(1, name) == job.bytes(2, name), "\(name)") }
    #expect(try figures(job, 1) == figures(job, 2))
  }

  @Test func trueMasksNeedTheSegmenterAlone() throws {
    let job = try SmallJob()
    let result = try job.run(["--set", "segment.labels=ground-truth", "--set", "segment.start=weights"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(job.exists(1, "segment/best.safetensors") && job.exists(1, "evaluate/pictures/predictions.png"))
    for name in ["classify", "seeds", "refine", "masks"] { #expect(!job.exists(1, name), "\(name)") }
  }

  @Test func seedsNeedNoRefinement() throws {
    let job = try SmallJob()
    let result = try job.run(
      ["--set", "segment.labels=seeds", "--set", "method.schedule.iterations=2"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(job.exists(1, "seeds/labels/train-00000.png") && job.exists(1, "segment/best.safetensors"))
    for name in ["refine", "masks"] { #expect(!job.exists(1, name), "\(name)") }
  }

  @Test func confidentLabelsComeStraightFromTheSeeds() throws {
    let job = try SmallJob()
    let settings = [
      "masks.labeling=confident", "masks.labeling.crf.sigma_xy=20", "segment.loss=rank-pooled",
      "segment.loss.stride=4", "method.schedule.iterations=2",
    ]
    let result = try job.run(settings.flatMap { ["--set", $0] })
    #expect(result.status == 0, "\(result.stderr)")
    #expect(job.exists(1, "masks/train-00000.png") && !job.exists(1, "refine"))
    let metrics = try String(contentsOfFile: job.path(1, "metrics.json"), encoding: .utf8)
    #expect(metrics.contains("labeledAccuracy") && metrics.contains("ignoredPercent"))
  }

  @Test(arguments: ["grad-cam", "layer-cam"]) func everyExplainerMakesSeeds(name: String) throws {
    let job = try SmallJob()
    let result = try job.run([
      "--set", "seeds.explainer=\(name)", "--set", "method.schedule.iterations=2", "--stages",
      "classify,seeds",
    ])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(job.exists(1, "seeds/labels/train-00011.png"))
  }

  @Test func stagesAreTakenOverWithWhatTheyMeasured() throws {
    let job = try SmallJob()
    let short = ["--set", "method.schedule.iterations=2"]
    #expect(try job.run(short).status == 0)
    let result = try job.run(short + ["--from", job.path(1, ""), "--set", "evaluate.flip=false"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("taken over: classify, seeds, refine, masks, segment\n"))
    let (first, second) = (try figures(job, 1), try figures(job, 2))
    for key in ["classifier", "seeds", "pseudoMasks"] {
      let value = try #require(second[key] as? NSObject)
      #expect(value == first[key] as? NSObject, "\(key)")
    }
    #expect(job.exists(2, "refine/pictures/seeds.png"))
  }

  /// `metrics.json` without the seconds.
  private func figures(_ job: SmallJob, _ number: Int) throws -> NSDictionary {
    let object = try JSONSerialization.jsonObject(with: job.bytes(number, "metrics.json"))
    var values = try #require(object as? [String: Any])
    #expect(values.removeValue(forKey: "seconds") != nil)
    return values as NSDictionary
  }
}
