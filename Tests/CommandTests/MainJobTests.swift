import Foundation
import TestSupport
import Testing

/// The main job, run as users run it, on a data set small enough for a test.
@Suite(.serialized) struct MainJobTests {
  private let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path

  private var small: [String] {
    let settings = [
      "data.side=32", "data.train_images=12", "data.val_images=4", "classify.augmentation.crop=32",
      "classify.schedule.iterations=20", "classify.schedule.batch=4", "classify.schedule.checkpoint_every=10",
      "seeds.base_size=32", "segment.augmentation.crop=32", "segment.schedule.iterations=4",
      "segment.schedule.batch=4", "evaluate.base_size=32",
    ]
    return ["--config", Golden.directory + "/../../Configs/synthetic/quickstart.yaml", "--checkpoints", root]
      + settings.flatMap { ["--set", $0] }
  }

  private func run(_ arguments: [String]) throws -> CommandResult {
    try runCommand("train", small + arguments)
  }

  private func folder(_ number: Int) -> String { root + "/synthetic/quickstart/\(number)" }

  @Test func makesEverythingAndSkipsWhatIsThere() throws {
    let first = try run([])
    #expect(first.status == 0, "\(first.stderr)")
    for name in [
      "config.yaml", "classes.txt", "metrics.json", "log.jsonl", "classify/best.safetensors",
      "segment/last.safetensors", "masks/train-00000.png", "pictures/seeds.png", "pictures/predictions.png",
      "evaluate/predictions/val-00003.png",
    ] {
      #expect(FileManager.default.fileExists(atPath: folder(1) + "/" + name), "\(name)")
    }
    let second = try run(["--resume"])
    #expect(second.status == 0)
    #expect(second.stdout.contains("[evaluate] skipped: its output is there and valid"))
  }

  @Test func goesOnBitForBitAfterAKill() throws {
    #expect(try run(["--stages", "classify"]).status == 0)
    let killed = try startCommand("train", small + ["--stages", "classify"])
    try waitForStep(12, in: folder(2) + "/log.jsonl")
    kill(killed.processIdentifier, SIGKILL)
    killed.waitUntilExit()
    #expect(killed.terminationReason == .uncaughtSignal)
    #expect(try run(["--resume", "--stages", "classify"]).status == 0)
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder(1) + "/classify/last.safetensors"))
    let pieced = try Data(contentsOf: URL(fileURLWithPath: folder(2) + "/classify/last.safetensors"))
    #expect(whole == pieced)
  }

  @Test func refusesToResumeWithOtherOptions() throws {
    #expect(try run(["--stages", "classify"]).status == 0)
    let result = try run(["--resume", "--set", "classify.schedule.iterations=30"])
    #expect(result.status == 1)
    #expect(
      result.stderr == """
        error: \(folder(1)): stage classify was started with other options; resume with the options in its \
        config.yaml, or start a new run with --from \(folder(1))

        """)
  }

  private func waitForStep(_ step: Int, in log: String) throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if text.contains("\"step\":\(step),") { return }
      usleep(20_000)
    }
    Issue.record("step \(step) was not reached in two minutes")
  }
}
