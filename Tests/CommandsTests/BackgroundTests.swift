import Foundation
import TestSupport
import Testing

/// The threshold of the background as a run chooses it, but small enough for a test.
@Suite(.serialized) struct BackgroundTests {
  private static let settings = [
    "data.side=32", "data.train_images=8", "data.val_images=2", "method.augmentation.crop=32",
    "method.schedule.iterations=2", "method.schedule.batch=2", "seeds.base_size=32", "refine=[par]",
    "seeds.background={name: agreement, images: 6, refinement: start, par: {iterations: 2}}",
  ]
  private static let stages = ["--stages", "classify,seeds,refine"]

  @Test func aRunSaysWhatItChose() throws {
    let job = try SmallJob(configuration: "synthetic/quickstart", settings: Self.settings)
    let run = try job.run(Self.stages)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.stdout.contains("chosen by agreement: mIoU with its regions refined from 0."))
    #expect(job.exists(1, "seeds/pictures/threshold.png") && job.exists(1, "seeds/labels/train-00007.png"))
    let metrics = try #require(
      try JSONSerialization.jsonObject(with: job.bytes(1, "metrics.json")) as? [String: Any])
    let seeds = try #require(metrics["seeds"] as? [String: Any])
    #expect(
      seeds["thresholdRule"] as? String == "agreement" && seeds["refinementThreshold"] as? Double == 0.5)
    let best = try #require(seeds["mIoU"] as? Double)
    let chosen = try #require(seeds["mIoUAtThreshold"] as? Double)
    #expect(abs((seeds["thresholdGap"] as? Double ?? -1) - (best - chosen)) < 1e-9 && best >= chosen)
  }

  @Test(arguments: ["class", "image"])
  func thresholdsOfTheirOwnAndBandsReachTheMasks(per: String) throws {
    let job = try SmallJob(
      configuration: "synthetic/quickstart",
      settings: Self.settings.dropLast() + [
        "seeds.background={name: otsu, per: \(per)}", "seeds.band=[knee, {name: fixed, threshold: 0.9}]",
        "refine=[{name: random-walk, base_size: 32, background_threshold: seeds}]",
        "masks.labeling={name: refined, ignore_band: true}",
      ])
    let run = try job.run(["--stages", "classify,seeds,refine,masks"])
    #expect(run.status == 0, "\(run.stderr)")
    let metrics = try #require(
      try JSONSerialization.jsonObject(with: job.bytes(1, "metrics.json")) as? [String: Any])
    let seeds = try #require(metrics["seeds"] as? [String: Any])
    #expect(seeds["thresholdPer"] as? String == per)
    #expect((seeds["classThresholds"] != nil) == (per == "class"))
    let band = try #require(seeds["thresholdBand"] as? [Double])
    #expect(band.count == 2 && band[0] < band[1] && abs(band[1] - 0.9) < 1e-6)
    let masks = try #require(metrics["pseudoMasks"] as? [String: Any])
    #expect(try #require(masks["ignoredPercent"] as? Double) > 0)
    let kept = try String(contentsOfFile: job.path(1, "seeds/background.json"), encoding: .utf8)
    #expect(kept.contains(per == "class" ? "\"classes\"" : "\"train-00007\""))
  }

  /// A classifier on each of two maps, of which the run takes one.
  @Test func severalMapsAreClassified() throws {
    let settings = Self.settings + ["method.stages=[layer3, layer4]", "seeds.maps=auto"]
    let job = try SmallJob(configuration: "synthetic/quickstart", settings: settings)
    let run = try job.run(["--stages", "classify,seeds"])
    #expect(run.status == 0, "\(run.stderr)")
    let metrics = try #require(
      try JSONSerialization.jsonObject(with: job.bytes(1, "metrics.json")) as? [String: Any])
    let seeds = try #require(metrics["seeds"] as? [String: Any])
    #expect((seeds["mapsCriterion"] as? [String: Any])?.keys.sorted() == ["final", "layer3"])
    let shallow = try job.run(
      ["--stages", "seeds", "--from", job.path(1, ""), "--set", "seeds.maps=layer3"])
    #expect(shallow.status == 0, "\(shallow.stderr)")
  }

  @Test func aDamagedChoiceIsNoticed() throws {
    let job = try SmallJob(configuration: "synthetic/quickstart", settings: Self.settings)
    #expect(try job.run(["--stages", "classify,seeds"]).status == 0)
    let path = job.path(1, "seeds/background.json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacingOccurrences(of: "\"refinement\": 0.5", with: "\"refinement\": 0.6")
      .write(toFile: path, atomically: true, encoding: .utf8)
    let resumed = try job.run(["--resume"] + Self.stages)
    #expect(resumed.status == 1)
    #expect(resumed.stderr.contains("seeds/background.json: "), "\(resumed.stderr)")
  }
}
