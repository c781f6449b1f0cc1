import Foundation
import Imaging
import TestSupport
import Testing

/// Token contrast as users run it, but small enough for a test.
@Suite(.serialized) struct ContrastTests {
  private static let settings = [
    "data.side=32", "data.train_images=12", "data.val_images=4", "method.projection_hidden=16",
    "method.scales=[1]", "method.crops={count: 2, side: 16}", "method.augmentation.crop=32",
    "method.loss.segmentation_from=3", "method.loss.contrast_from=1",
    "method.loss.final_labels_from=4", "method.evaluation_size=32", "method.schedule.iterations=8",
    "method.schedule.batch=2", "method.schedule.checkpoint_every=4", "seeds.base_size=32",
    "segment.head=linear", "evaluate.base_size=32",
  ]
  static let contrast = ["--stages", "contrast"]

  private func job() throws -> SmallJob {
    try SmallJob(configuration: "synthetic/toco", settings: Self.settings)
  }

  @Test func makesEverythingAndPredicts() throws {
    let job = try job()
    let first = try job.run()
    #expect(first.status == 0, "\(first.stderr)")
    for name in [
      "contrast/best.safetensors", "contrast/last.safetensors", "refine/pictures/seeds.png",
      "evaluate/pictures/predictions.png", "evaluate/pictures/method.png",
      "evaluate/predictions/val-00003.png",
      "masks/train-00000.png",
    ] {
      #expect(job.exists(1, name), "\(name)")
    }
    #expect(!job.exists(1, "classify") && !job.exists(1, "segment"))
    for line in ["camForwards", "lattice", "contrast.finalMaps.mIoU", "contrast.auxiliaryMaps.mIoU"] {
      #expect(first.stdout.contains(line), "\(line)")
    }
    #expect(try job.run(["--resume"]).stdout.contains("[contrast] skipped: its output is there and valid"))

    let image = job.path(1, "new.png")
    try Workplace.photograph(width: 30, height: 21, seed: 1).writePNG(to: image)
    let predicted = try runCommand(
      "predict", ["--run", job.path(1, ""), "--images", image, "--output", job.path(1, "out")])
    #expect(predicted.status == 0, "\(predicted.stderr)")
    let mask = try LabelMap(contentsOf: job.path(1, "out/new.png"))
    #expect(mask.width == 30 && mask.height == 21)
    let scored = try runCommand("evaluate", ["--run", job.path(1, ""), "--json"])
    #expect(scored.status == 0, "\(scored.stderr)")
  }

  @Test func goesOnBitForBitAfterAKill() throws {
    let job = try job()
    #expect(try job.run(Self.contrast).status == 0)
    let killed = try job.interrupt(Self.contrast, in: 2, at: 5, SIGKILL)
    #expect(killed.process.terminationReason == .uncaughtSignal)
    let resumed = try job.run(["--resume"] + Self.contrast)
    #expect(resumed.status == 0, "\(resumed.stderr)")
    #expect(resumed.stdout.contains("[contrast] 8 steps, going on after step 4"))
    for name in ["contrast/last.safetensors", "contrast/best.safetensors"] {
      #expect(try job.bytes(1, name) == job.bytes(2, name), "\(name)")
    }
  }

  @Test func theAuxiliaryClassifierMakesSeedsOfItsOwn() throws {
    let job = try job()
    let short = ["--set", "method.schedule.iterations=1", "--stages", "contrast,seeds"]
    #expect(try job.run(short).status == 0)
    let other = try job.run(short + ["--set", "seeds.maps=auxiliary", "--from", job.path(1, "")])
    #expect(other.status == 0, "\(other.stderr)")
    #expect(other.stdout.contains("taken over: contrast\n"))
    let name = "seeds/train-00000.safetensors"
    #expect(try job.bytes(1, name) != job.bytes(2, name))
  }

  @Test func theRunChoosesTheMapsAndKeepsToThem() throws {
    let job = try job()
    let short = ["--set", "method.schedule.iterations=1", "--set", "segment.labels=online"]
    let auto = short + ["--set", "seeds.maps=auto"]
    let first = try job.run(auto)
    #expect(first.status == 0, "\(first.stderr)")
    let metrics = try #require(
      try JSONSerialization.jsonObject(with: job.bytes(1, "metrics.json")) as? [String: Any])
    let seeds = try #require(metrics["seeds"] as? [String: Any])
    let chosen = try #require(seeds["maps"] as? String)
    let criterion = try #require(seeds["mapsCriterion"] as? [String: Double])
    #expect(Set(criterion.keys) == ["auxiliary", "final"])
    #expect(criterion[chosen] == criterion.values.max())
    #expect(seeds["evidence"] is [String: Any])
    #expect(job.exists(1, "evaluate/pictures/method.png"))
    let line =
      criterion.values.allSatisfy { $0 == 0 }
      ? "seeds.maps: auto cannot compare auxiliary, final"
      : "maps of \(chosen), chosen among auxiliary, final"
    #expect((first.stdout + first.stderr).contains(line), "\(first.stdout)")
    let resumed = try job.run(["--resume"] + auto)
    #expect(resumed.stdout.contains("[seeds] skipped: its output is there and valid"), "\(resumed.stdout)")
    // The same as under the name, bit for bit.
    let named = try job.run(
      short + ["--stages", "contrast,seeds", "--set", "seeds.maps=\(chosen)", "--from", job.path(1, "")])
    #expect(named.stdout.contains("\ntaken over: contrast, evaluate\n"), "\(named.stdout)")
    for name in ["seeds/train-00000.safetensors", "seeds/labels/train-00011.png"] {
      #expect(try job.bytes(1, name) == job.bytes(2, name), "\(name)")
    }
  }

  /// The classifier of token contrast in front of a segmenter of its own.
  @Test func masksTrainASegmenterToo() throws {
    let job = try job()
    let result = try job.run([
      "--set", "method.schedule.iterations=1", "--set", "segment.labels=pseudo", "--set",
      "segment.start=classifier", "--set", "segment.augmentation.crop=32", "--set",
      "segment.schedule={iterations: 1, batch: 2}",
    ])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(job.exists(1, "segment/best.safetensors") && job.exists(1, "masks/train-00011.png"))
  }
}
