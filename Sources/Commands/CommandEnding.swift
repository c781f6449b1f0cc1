public import ArgumentParser
import Autograd
import Files
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
      let words = Self.words(error).trimmingCharacters(in: CharacterSet(charactersIn: "\n"))
      self.init(text: Self.line(words.printable), status: 1)
    }
  }

  init(text: String, status: Int32) {
    self.text = text
    self.status = status
  }

  /// This ending of a command whose output could not be written.
  func after(_ failure: StandardStream.Failure) -> CommandEnding {
    if text == "error: \(failure)" { return self }
    let rest = status == 0 ? "" : "; " + text.dropFirst("error: ".count)
    return CommandEnding(text: "error: \(failure)\(rest)", status: 1)
  }

  private static func words(_ error: any Error) -> String {
    let isOfSystem = error is CocoaError || error is POSIXError || type(of: error) == NSError.self
    if isOfSystem { return error.localizedDescription }
    return (error as? any LocalizedError)?.errorDescription ?? "\(error)"
  }

  private static func line(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    return "error: " + shortened(lines.joined(separator: " ").printable)
  }

  /// A text of any length as one that people read: what is wrong and what to do stand at its ends.
  private static func shortened(_ text: String) -> String {
    text.count <= 2 * endLength ? text : "\(text.prefix(endLength)) … \(text.suffix(endLength))"
  }

  private static let endLength = 1000
}

extension ParsableCommand {
  /// Runs this command with the arguments of the process and ends the process.
  ///
  /// Whatever goes wrong becomes one line on the standard error and exit status 1.
  public static func runToExit() -> Never {
    StandardStream.prepareProcess()
    var ending: CommandEnding
    do {
      _ = try Parallel.requestedThreads()
      var command = try parseAsRoot()
      try command.run()
      ending = CommandEnding(text: "", status: 0)
    } catch {
      ending = CommandEnding(of: self, after: error)
    }
    if ending.status == 0, !ending.text.isEmpty { StandardStream.output.write(ending.text + "\n") }
    StandardStream.output.flush()
    if let failure = StandardStream.output.failure { ending = ending.after(failure) }
    if ending.status != 0, !ending.text.isEmpty { StandardStream.error.write(ending.text + "\n") }
    Foundation.exit(ending.status)
  }
}
