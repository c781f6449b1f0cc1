import Foundation
import TestSupport

/// A path in a new folder that vanishes after use.
func withScratchFile<T>(_ name: String, _ body: (String) throws -> T) throws -> T {
  try withTemporaryFolder { try body("\($0)/\(name)") }
}

/// The text of a file.
func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
