import Datasets
import Foundation
import Testing

/// Writes a text file, with the folders that it lies in.
func write(_ text: String, to path: String) throws {
  let url = URL(fileURLWithPath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(text.utf8).write(to: url)
}

/// Checks that `body` throws an error of this whole message.
func expectMessage(
  _ message: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) throws {
  let error = #expect(throws: DatasetError.self, sourceLocation: sourceLocation, performing: body)
  #expect(error?.description == message, sourceLocation: sourceLocation)
}
