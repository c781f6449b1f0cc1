public import ArgumentParser
import Foundation

/// How a command ends: what is printed last, where, and with which exit status.
public struct CommandEnding: Sendable, Equatable {
  /// The text; empty when everything is said.
  public var text: String
  /// 0 for success and for help that was asked for, 1 for anything wrong.
  public var status: Int32

  /// The ending of `command` after it threw `error`: one line with what to do for every error, also for those
  /// of the argument parser, whose own status would be 64.
  public init(of command: any ParsableCommand.Type, after error: any Error) {
    let code = command.exitCode(for: error)
    let message = command.message(for: error)
    if code == .success {
      self.init(text: message, status: 0)
    } else if error is ExitCode {
      self.init(text: "", status: 1)
    } else if code == .validationFailure {
      let end = message.hasSuffix(".") || message.hasSuffix("?") ? "" : "."
      let name = command.configuration.commandName ?? "\(command)".lowercased()
      self.init(text: Self.line("\(message)\(end) See '\(name) --help'."), status: 1)
    } else {
      self.init(text: Self.line(Self.words(error)), status: 1)
    }
  }

  init(text: String, status: Int32) {
    self.text = text
    self.status = status
  }

  private static func words(_ error: any Error) -> String {
    let isOfSystem = error is CocoaError || error is POSIXError || type(of: error) == NSError.self
    if isOfSystem { return error.localizedDescription }
    return (error as? any LocalizedError)?.errorDescription ?? "\(error)"
  }

  private static func line(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    return "error: " + lines.joined(separator: " ")
  }
}

extension ParsableCommand {
  /// Runs this command with the arguments of the process and ends the process.
  ///
  /// Whatever goes wrong becomes one line on the standard error and exit status 1.
  public static func runToExit() -> Never {
    do {
      var command = try parseAsRoot()
      try command.run()
      Foundation.exit(0)
    } catch {
      let ending = CommandEnding(of: self, after: error)
      let output = ending.status == 0 ? FileHandle.standardOutput : FileHandle.standardError
      if !ending.text.isEmpty { output.write(Data((ending.text + "\n").utf8)) }
      Foundation.exit(ending.status)
    }
  }
}
