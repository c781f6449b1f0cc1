import Autograd
import Foundation
import NeuralNetwork
import TestSupport
import Testing

/// Seeds by expansion and shrinkage, on a few images.
@Suite(.serialized) struct ExpansionTests {
  static let settings = [
    "method.schedule.iterations=2", "behind=[expansion-shrinkage]", "behind.0.expand.width=16",
    "behind.0.expand.augmentation.crop=32",
    "behind.0.expand.schedule.iterations=12", "behind.0.expand.schedule.batch=4",
    "behind.0.expand.schedule.checkpoint_every=5",
    "behind.0.expand.schedule.validate_every=6", "behind.0.expand.judged_images=3",
    "behind.0.shrink.augmentation.crop=32",
    "behind.0.shrink.schedule.iterations=12", "behind.0.shrink.schedule.batch=4",
    "behind.0.shrink.schedule.checkpoint_every=5",
    "seeds.explainer=layer-cam",
  ].flatMap { ["--set", $0] }

  private func figures(_ job: SmallJob, _ run: Int) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: job.bytes(run, "metrics.json"))
    return try #require(object as? [String: Any])
  }

  @Test func makesSeedsAndSaysWhatEachStageDid() throws {
    let job = try SmallJob()
    let result = try job.run(Self.settings)
    #expect(result.status == 0, "\(result.stderr)")
    #expect(job.exists(1, "seeds/labels/train-00011.png"))
    #expect(job.exists(1, "evaluate/pictures/method.png"))
    let figures = try figures(job, 1)
    for key in ["expansion", "shrinkage"] {
      let part = try #require(figures[key] as? [String: Any])
      #expect(part["thresholdChosenWith"] as? String == "ground truth" && part["images"] as? Int == 3)
      for group in ["plain", "atPlainThreshold", "best"] {
        let scores = try #require(part[group] as? [String: Any])
        #expect(Set(scores.keys) == ["mIoU", "threshold", "precision", "recall"])
      }
      #expect(part["meanOffset"] is NSNumber && part["loss"] is NSNumber)
    }
    // Shrinkage starts from its own first values, not from those that expansion's file holds.
    let again = ["--from", job.path(1, ""), "--set", "behind.0.shrink.center=0.9", "--stages", "shrink"]
    let second = try job.run(Self.settings + again)
    #expect(second.status == 0 && second.stdout.contains("taken over: classify, expand"), "\(second.stderr)")
    let name = "shrink/best.safetensors"
    #expect(try job.bytes(1, name) != job.bytes(2, name))
    // Each validation and the end say the same things, in the order of their importance.
    for name in ["meanOffset", "best.mIoU", "atPlainThreshold.recall"] {
      #expect(result.stdout.contains("[expand] expansion.\(name) "), "\(name)")
    }
  }

  @Test func goesOnWithATransformer() throws {
    let others = SmallJob.settings.filter { !$0.hasPrefix("model.backbone") }
    let job = try SmallJob(settings: others + ["model.backbone=vit-tiny"])
    let short = [
      "behind.0.expand.width=0", "behind.0.expand.schedule.iterations=2",
      "behind.0.shrink.schedule.iterations=2",
    ]
    let stages = ["--stages", "classify,expand,shrink,seeds"]
    let result = try job.run(Self.settings + short.flatMap { ["--set", $0] } + stages)
    #expect(result.status == 0, "\(result.stderr)")
    #expect(job.exists(1, "seeds/labels/train-00011.png"))
    let part = try #require(try figures(job, 1)["shrinkage"] as? [String: Any])
    #expect(part["meanOffset"] is NSNumber)
  }

  /// The statistics of the backbone's norms stay, too.
  @Test func theFigureFixesTheBackbone() throws {
    let job = try SmallJob()
    let figure = ["--stages", "classify,expand", "--set", "behind.0.expand.detach=figure"]
    #expect(try job.run(Self.settings + figure).status == 0)
    let before = try SafetensorsReader(path: job.path(1, "classify/best.safetensors"))
    let after = try SafetensorsReader(path: job.path(1, "expand/last.safetensors"))
    let names = before.entries.keys.filter { $0.hasPrefix("backbone.") }
    #expect(names.contains { $0.hasSuffix("running_mean") })
    for name in names { #expect(try before.tensor(name).scalars == after.tensor(name).scalars, "\(name)") }
  }

  /// 12 steps equal those up to the last checkpoint or validation, a kill after the seventh, and the others;
  /// for both stages.
  @Test(arguments: ["expand", "shrink"]) func goesOnBitForBitAfterAKill(stage: String) throws {
    let job = try SmallJob()
    let before = stage == "expand" ? "classify" : "classify,expand"
    #expect(try job.run(Self.settings + ["--stages", before]).status == 0)
    let arguments = Self.settings + ["--stages", stage]
    #expect(try job.run(arguments + ["--from", job.path(1, "")]).status == 0)
    let killed = try job.interrupt(arguments + ["--from", job.path(1, "")], in: 3, at: 7, SIGKILL)
    #expect(killed.process.terminationReason == .uncaughtSignal)
    let resumed = try job.run(["--resume"] + arguments)
    #expect(resumed.status == 0, "\(resumed.stderr)")
    let step = stage == "expand" ? 6 : 5
    #expect(resumed.stdout.contains("[\(stage)] 12 steps, going on after step \(step)"))
    for name in ["last", "best"] {
      let file = "\(stage)/\(name).safetensors"
      #expect(try job.bytes(2, file) == job.bytes(3, file))
    }
    let key = stage == "expand" ? "expansion" : "shrinkage"
    let (straight, interrupted) = (try figures(job, 2)[key], try figures(job, 3)[key])
    #expect(straight as? NSDictionary == interrupted as? NSDictionary)
  }

  @Test func controlCKeepsTheSteps() throws {
    let job = try SmallJob()
    let long = Self.settings + ["--set", "behind.0.expand.schedule.iterations=200"]
    let arguments = long + ["--stages", "expand"]
    #expect(try job.run(long + ["--stages", "classify"]).status == 0)
    let stopped = try job.interrupt(arguments + ["--from", job.path(1, "")], in: 2, at: 3, SIGINT)
    #expect(stopped.process.terminationStatus == 1)
    #expect(
      stopped.stderr.contains(#/error: interrupted in stage expand at step \d+, all is saved; go on with: /#))
    #expect(job.exists(2, "expand/last.safetensors"))
  }

  /// A runaway keeps the weights of the validation before, which here is the start.
  @Test func theGuardStopsARunaway() throws {
    let job = try SmallJob()
    let result = try job.run(
      Self.settings + [
        "--stages", "classify,expand,shrink", "--set", "behind.0.expand.runaway_factor=1.00001", "--set",
        "behind.0.expand.optimizer={name: adamw, learning_rate: 0.05}",
        "--set", "behind.0.expand.radius=4", "--set", "behind.0.expand.clip=0.15", "--set",
        "behind.0.expand.clip_scope=channel",
      ])
    #expect(result.status == 0, "\(result.stderr)")
    let number = #/\d\.\d+(e-\d+)?/#
    let said = result.stdout + result.stderr
    let warning = try #require(said.split(separator: "\n").first { $0.contains("expand: the loss") })
    #expect(
      warning.replacing(number, with: "N").hasSuffix(
        """
        expand: the loss on the judged images is N, above N; the weights of the validation before are kept; \
        lower the offsets' learning rate (with sgd, expand.reversal does the same)
        """), "\(warning)")
    let part = try #require(try figures(job, 1)["expansion"] as? [String: Any])
    #expect(part["stoppedByGuard"] as? Bool == true)
    #expect(part["meanOffset"] as? Double == 0)
    #expect(job.exists(1, "shrink/best.safetensors"))
  }
}
