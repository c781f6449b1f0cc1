import Foundation
import TestSupport
import Testing

/// Runs that end too early and go on: the result is the same bytes.
@Suite(.serialized) struct ResumeTests {
  static let classify = ["--stages", "classify"]
  static let segment = [
    "--stages", "segment", "--set", "segment.labels=ground-truth", "--set", "segment.start=weights", "--set",
    "segment.schedule.iterations=20",
  ]
  /// Labels give way before the kill.
  static let correction =
    segment + [
      "--set", "segment.correction.enabled=true", "--set", "segment.correction.every=1", "--set",
      "segment.correction.slope_loss=0.01", "--set", "segment.correction.confidence=0.2",
    ]

  /// 20 steps equal 10, a kill after the twelfth, and 10 more.
  @Test(arguments: [("classify", classify), ("segment", segment), ("segment", correction)])
  func goesOnBitForBitAfterAKill(stage: String, arguments: [String]) throws {
    let job = try SmallJob()
    #expect(try job.run(arguments).status == 0)
    let killed = try job.interrupt(arguments, in: 2, at: 12, SIGKILL)
    #expect(killed.process.terminationReason == .uncaughtSignal)
    let resumed = try job.run(["--resume"] + arguments)
    #expect(resumed.status == 0, "\(resumed.stderr)")
    #expect(resumed.stdout.contains("[\(stage)] 20 steps, going on after step 10"))
    for name in ["last", "best"] {
      let file = "\(stage)/\(name).safetensors"
      #expect(try job.bytes(1, file) == job.bytes(2, file))
    }
  }

  @Test func labelsThatAreMemorisedGiveWay() throws {
    let job = try SmallJob()
    #expect(try job.run(Self.segment).status == 0)
    let corrected = try job.run(Self.correction)
    #expect(corrected.stdout.contains("labels give way to the network's own: "), "\(corrected.stdout)")
    #expect(try job.bytes(1, "segment/last.safetensors") != job.bytes(2, "segment/last.safetensors"))
  }

  @Test func goesOnBitForBitAfterControlC() throws {
    let job = try SmallJob()
    #expect(try job.run(Self.classify).status == 0)
    let stopped = try job.interrupt(Self.classify, in: 2, at: 4, SIGINT)
    #expect(stopped.process.terminationReason == .exit && stopped.process.terminationStatus == 1)
    let parts = stopped.stderr.split(separator: "; go on with: swift run train ")
    try #require(parts.count == 2, "\(stopped.stderr)")
    #expect(parts[0].wholeMatch(of: /error: interrupted in stage classify at step \d+, all is saved/) != nil)
    // No checkpoint was due yet: the one that is there was made because of the signal.
    #expect(job.exists(2, "classify/last.safetensors"))
    let words = parts[1].split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(words.suffix(2) == ["--run", job.path(2, "")])
    let resumed = try runCommand("train", words)
    #expect(resumed.status == 0, "\(resumed.stderr)")
    #expect(resumed.stdout.contains("going on after step"))
    for name in ["classify/last.safetensors", "classify/best.safetensors"] {
      #expect(try job.bytes(1, name) == job.bytes(2, name), "\(name)")
    }
  }

  /// Ctrl-C while held-out images are looked at keeps the steps before, and the look is taken again.
  @Test func controlCDuringAValidationLosesNothing() throws {
    let job = try SmallJob()
    let arguments =
      Self.classify + [
        "--set", "method.schedule.iterations=3", "--set", "data.val_images=300",
      ]
    #expect(try job.run(arguments).status == 0)
    let stopped = try job.interrupt(arguments, in: 2, at: 3, SIGINT)
    #expect(stopped.stderr.hasPrefix("error: interrupted in stage classify at step 3, all is saved; "))
    #expect(job.exists(2, "classify/last.safetensors") && !job.exists(2, "classify/best.safetensors"))
    #expect(try job.run(["--resume"] + arguments).status == 0)
    for name in ["classify/last.safetensors", "classify/best.safetensors"] {
      #expect(try job.bytes(1, name) == job.bytes(2, name), "\(name)")
    }
  }

  @Test func refusesToResumeWithOtherOptions() throws {
    let job = try SmallJob()
    let short = ["--set", "method.schedule.iterations=1"]
    #expect(try job.run(Self.classify + short).status == 0)
    let result = try job.run(["--resume", "--set", "method.schedule.iterations=2"])
    #expect(result.status == 1)
    #expect(
      result.stderr == """
        error: \(job.path(1, "")): stage classify was started with other options \
        (method.schedule.iterations: 2 here, 1 in the run); resume with the options in its config.yaml, or \
        start a new run with --from \(job.path(1, ""))

        """)
    // The run knows its own options.
    let same = try runCommand("train", ["--run", job.path(1, "")] + Self.classify)
    #expect(same.status == 0, "\(same.stderr)")
    #expect(same.stdout.contains("[classify] skipped: its output is there and valid"))
  }
}
