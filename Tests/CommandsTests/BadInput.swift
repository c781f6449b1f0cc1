import TestSupport
import Testing

/// A command that is started with something wrong, and the one line that it must end with.
struct BadInput: Sendable, CustomTestStringConvertible {
  let testDescription: String
  private let command: String
  private let arguments: [String]
  private let needsRun: Bool
  private let message: String
  private let spoil: @Sendable (Workplace) throws -> Void

  /// `train` on the small configuration with further arguments.
  init(
    _ name: String, _ more: [String] = [], run needsRun: Bool = false, says message: String,
    after spoil: @escaping @Sendable (Workplace) throws -> Void = { _ in }
  ) {
    self.init(
      name, "train", ["--config", "small.yaml"] + more, run: needsRun, says: message, after: spoil)
  }

  /// Any command with all its arguments; `needsRun` starts in a folder with a finished run.
  init(
    _ name: String, _ command: String, _ arguments: [String], run needsRun: Bool = false,
    says message: String, after spoil: @escaping @Sendable (Workplace) throws -> Void = { _ in }
  ) {
    testDescription = name
    self.command = command
    self.arguments = arguments
    self.needsRun = needsRun
    self.message = message
    self.spoil = spoil
  }

  /// Spoils a fresh folder, runs the command, and checks the whole message and the exit status.
  func check() throws {
    let place = try needsRun ? Workplace.withRun() : Workplace()
    try spoil(place)
    let result = try place.run(command, arguments)
    #expect(result.stderr == "error: \(message)\n")
    #expect(result.status == 1)
  }
}
