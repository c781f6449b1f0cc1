public import Foundation

/// What a finished program left behind.
public struct CommandResult: Sendable {
  /// The exit status.
  public let status: Int32
  /// What it wrote to the standard output.
  public let stdout: String
  /// What it wrote to the standard error.
  public let stderr: String
}

/// What a built executable of the package does with some arguments, once it has ended.
///
/// Executables lie beside the test bundle in the build folder. `directory` is the working directory (that of
/// the tests if there is none), `environment` holds variables on top of those of the tests, and `launcher` is
/// a command of the system that starts the program in its own way (`taskset -c 0`).
///
/// - Throws: if there is no such executable.
public func runCommand(
  _ name: String, _ arguments: [String], directory: String? = nil, environment: [String: String] = [:],
  launcher: [String] = []
) throws -> CommandResult {
  let process = Process()
  let program = try buildFolder().appendingPathComponent(name)
  process.executableURL = launcher.isEmpty ? program : URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = (launcher.isEmpty ? [] : launcher + [program.path]) + arguments
  if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.standardInput = FileHandle.nullDevice
  // Files rather than pipes: a full pipe would block a program whose other pipe is being read.
  return try withTemporaryFolder { folder in
    func sink(_ name: String) throws -> (URL, FileHandle) {
      let url = URL(fileURLWithPath: "\(folder)/\(name)")
      try Data().write(to: url)
      return (url, try FileHandle(forWritingTo: url))
    }
    let (output, errors) = (try sink("stdout"), try sink("stderr"))
    process.standardOutput = output.1
    process.standardError = errors.1
    try process.run()
    process.waitUntilExit()
    return CommandResult(
      status: process.terminationStatus, stdout: try String(contentsOf: output.0, encoding: .utf8),
      stderr: try String(contentsOf: errors.0, encoding: .utf8))
  }
}

/// Starts a built executable of the package and returns at once, for tests that end it by a signal.
///
/// What it writes is thrown away, but for what it writes to the standard error if a path is given for it.
///
/// - Throws: if there is no such executable.
public func startCommand(
  _ name: String, _ arguments: [String], standardError path: String? = nil
) throws -> Process {
  let process = Process()
  process.executableURL = try buildFolder().appendingPathComponent(name)
  process.arguments = arguments
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  if let path {
    try Data().write(to: URL(fileURLWithPath: path))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }
  try process.run()
  return process
}

/// The folder that the running test bundle, and with it every executable, was built into.
private func buildFolder() throws -> URL {
  let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  let candidates = [CommandLine.arguments.first ?? "", link] + CommandLine.arguments
  for candidate in candidates where candidate.hasSuffix(".xctest") {
    return URL(fileURLWithPath: candidate).deletingLastPathComponent()
  }
  return URL(fileURLWithPath: link).deletingLastPathComponent()
}
