import Foundation
import TestSupport
import Testing

/// Files of a run that somebody takes away while it is worked on.
@Suite(.serialized) struct TakenAwayTests {
  private let arguments = ["--stages", "classify"]

  @Test func theRunOutlivesItsLog() throws {
    let job = try SmallJob()
    let ended = try job.spoil(arguments, in: 1, at: 4) { try FileManager.default.removeItem(atPath: $0) }
    #expect(ended.status == 1)
    #expect(
      ended.stderr == """
        error: \(job.path(1, "log.jsonl")): is gone, though the run has made it; go on with --resume, and \
        where that does not help, remove the folders of its stage and of those behind it first

        """)
    #expect(job.exists(1, "classify/last.safetensors"))
    let resumed = try job.run(["--resume"] + arguments)
    #expect(resumed.status == 0, "\(resumed.stderr)")
    #expect(resumed.stdout.contains("run \(job.path(1, "")), seed"))
    #expect(job.exists(1, "log.jsonl"))
  }

  @Test(arguments: ["config.yaml", "classes.txt", "data.tsv", "run.json"])
  func whatTheRunNeedsIsToBePutBack(name: String) throws {
    let job = try SmallJob()
    let file = job.path(1, name)
    let ended = try job.spoil(arguments, in: 1, at: 4) { _ in rename(file, file + ".away") }
    #expect(ended.status == 1)
    #expect(
      ended.stderr == """
        error: \(file): is gone, though the run needs it as it was; put it back, then go on with --resume, \
        or start a new run

        """)
    rename(file + ".away", file)
    let resumed = try job.run(["--resume"] + arguments)
    #expect(resumed.status == 0, "\(resumed.stderr)")
  }
}
