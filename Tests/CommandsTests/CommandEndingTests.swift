import ArgumentParser
import Commands
import Configuration
import Foundation
import Testing

@Suite struct CommandEndingTests {
  struct Grow: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "grow", abstract: "Grows.")
    @Option var config: String
    @Option var seed = 0

    func run() {}
  }

  struct Facts: Error {
    var shape = [1, 2]
  }

  struct Wordy: Error, CustomStringConvertible {
    let description = "a.png: truncated\n  after 12 bytes; copy it again\n"
  }

  /// How the command ends after it was started with `arguments`, which must be wrong.
  func ending(after arguments: [String]) -> CommandEnding? {
    do {
      var command = try Grow.parseAsRoot(arguments)
      try command.run()
      return nil
    } catch {
      return CommandEnding(of: Grow.self, after: error)
    }
  }

  @Test(arguments: [
    (
      ["--config", "a", "--sede", "1"],
      "error: Unknown option '--sede'. Did you mean '--seed'? See 'grow --help'."
    ),
    ([], "error: Missing expected argument '--config <config>'. See 'grow --help'."),
    (["--config"], "error: Missing value for '--config <config>'. See 'grow --help'."),
    (["--config", "a", "b"], "error: Unexpected argument 'b'. See 'grow --help'."),
    (
      ["--config", "a", "--seed", "x"],
      "error: The value 'x' is invalid for '--seed <seed>'. See 'grow --help'."
    ),
  ]) func wrongArgumentsEndWithOneLineAndStatusOne(_ arguments: [String], _ text: String) {
    let ending = ending(after: arguments)
    #expect(ending?.text == text)
    #expect(ending?.status == 1)
  }

  @Test func helpIsNoError() {
    let help = ending(after: ["--help"])
    #expect(help?.status == 0)
    #expect(help?.text.hasPrefix("OVERVIEW: Grows.\n") == true)
  }

  @Test func everyErrorIsOneLine() {
    let errors: [(any Error, String)] = [
      (
        ConfigurationError(place: .file("a.yaml", line: 3), option: "seed", problem: .missingKey),
        "error: a.yaml:3: seed: the key is missing and has no default; add it"
      ),
      (Wordy(), #"error: a.png: truncated\n  after 12 bytes; copy it again"#),
      (Facts(), "error: Facts(shape: [1, 2])"),
      (
        ValidationError("one of --run and --config is needed"),
        "error: one of --run and --config is needed. See 'grow --help'."
      ),
      (POSIXError(.ENOSPC), "error: The operation could not be completed. No space left on device"),
      (ExitCode(3), ""),
    ]
    for (error, text) in errors {
      let ending = CommandEnding(of: Grow.self, after: error)
      #expect(ending.text == text)
      #expect(ending.status == 1)
    }
  }

  @Test func namesCannotMoveTheCursor() {
    let name = "\u{1b}[2J\u{9b}1m\u{202e}\r\nb\u{2028}"
    let error = ConfigurationError(option: name, problem: .missingName(known: [name]))
    let ending = CommandEnding(of: Grow.self, after: error)
    let shown = #"\u{1b}[2J\u{9b}1m\u{202e}\r\nb\u{2028}"#
    #expect(ending.text == "error: \(shown): the key \"name\" is missing; known names: \(shown)")
    #expect(self.ending(after: ["--\u{1b}[2J"])?.text.contains("\u{1b}") == false)
  }

  @Test func longNamesAreShortened() {
    let name = String(repeating: "x", count: 40_000)
    let ending = CommandEnding(of: Grow.self, after: ConfigurationError(option: name, problem: .duplicateKey))
    #expect(ending.text.count < 2100)
    #expect(
      ending.text.hasPrefix("error: xxx")
        && ending.text.hasSuffix("xxx: the key occurs twice; keep one of the two"))
  }
}
