import Foundation

/// A path in a new folder that vanishes after use.
func withScratchFile<T>(_ name: String, _ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "seedling-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body("\(folder)/\(name)")
}

/// The text of a file.
func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
