import Foundation
import TestSupport
import Testing

/// What commands do where the output takes nothing, files may not grow, or variables make no sense.
@Suite struct SurroundingsTests {
  private let place: Workplace
  private let train = ["train", "--config", "small.yaml"]

  init() throws { place = try Workplace() }

  /// Runs a command with what a shell does around it.
  private func run(_ command: [String], _ redirection: String, environment: [String: String] = [:]) throws
    -> CommandResult
  {
    try runCommand(
      command[0], Array(command.dropFirst()), directory: place.path(""), environment: environment,
      launcher: ["sh", "-c", redirection, "sh"])
  }

  private static let advice = "direct it to where there is room, and keep it open"

  @Test(arguments: [
    ["train", "--config", "small.yaml", "--print-config"], ["train", "--help"], ["evaluate", "--version"],
    [
      "evaluate", "--predictions", "data/masks", "--ground-truth", "data/masks", "--classes", "3",
    ],
  ]) func aFullOutputIsSaid(command: [String]) throws {
    let result = try run(command, #"exec "$@" > /dev/full"#)
    #expect(
      result.stderr
        == "error: the standard output cannot be written (No space left on device); \(Self.advice)\n")
    #expect(result.status == 1)
  }

  @Test(arguments: [
    (#"exec "$@" > /dev/full"#, "No space left on device"), (#"exec "$@" >&-"#, "Bad file descriptor"),
    (#""$@" | true; exit ${PIPESTATUS:-1}"#, "Broken pipe"),
  ]) func aRunWithoutOutputLeavesNothingBehind(redirection: String, reason: String) throws {
    let result = try run(train, redirection)
    #expect(result.stderr == "error: the standard output cannot be written (\(reason)); \(Self.advice)\n")
    #expect(result.status == 1)
    #expect(!FileManager.default.fileExists(atPath: place.path("Checkpoints/small/1")))
  }

  @Test func aReaderThatLeavesInterruptsTheRun() throws {
    let result = try run(train, #""$@" | head -n 12; exit 1"#)
    #expect(result.stdout.split(separator: "\n").count == 12)
    #expect(result.stderr.hasPrefix("error: the standard output cannot be written (Broken pipe); "))
    #expect(result.stderr.split(separator: "\n").count == 1)
    #expect(try place.run("train", ["--config", "small.yaml", "--resume"]).status == 0)
  }

  @Test func closedInputAndErrorsHarmNothing() throws {
    let result = try run(train, #"exec "$@" <&- 2>&-"#)
    #expect(result.status == 0)
    let log = try String(contentsOfFile: place.path("Checkpoints/small/1/log.jsonl"), encoding: .utf8)
    #expect(log.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
  }

  @Test func filesThatMayNotGrowAreSaid() throws {
    let result = try run(train, #"ulimit -f 8; exec "$@" > /dev/null"#)
    #expect(result.stderr.contains("cannot be written (File too large)"))
    #expect(result.stderr.split(separator: "\n").count == 1)
    #expect(result.status == 1)
    #expect(try place.run("train", ["--config", "small.yaml", "--resume"]).status == 0)
  }

  @Test(arguments: ["0", "-3", "abc", "1e9", "1025", "2 ", "9223372036854775808"])
  func nonsensicalNumbersOfThreadsAreRefused(text: String) throws {
    for command in ["train", "evaluate", "predict", "benchmark"] {
      let result = try runCommand(command, ["--help"], environment: ["SEEDLING_THREADS": text])
      #expect(
        result.stderr == """
          error: SEEDLING_THREADS: is "\(text)"; use a number of threads from 1 to 1024, or leave it out

          """)
      #expect(result.status == 1)
    }
  }
}
