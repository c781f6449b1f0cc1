import Files
import Foundation
import TestSupport
import Testing

@Suite struct TextFileTests {
  private func read(_ bytes: [UInt8]) throws -> String {
    try withTemporaryFolder { folder in
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/t"))
      do throws(ListError) { return try TextFile.read(folder + "/t") } catch {
        return "\(error)".replacing(folder + "/", with: "")
      }
    }
  }

  @Test func encodingsWithAMarkAreRead() throws {
    #expect(try read(Array("é\n".utf8)) == "é\n")
    #expect(try read([0xef, 0xbb, 0xbf] + Array("é".utf8)) == "é")
    #expect(try read([0xff, 0xfe, 0xe9, 0, 0x3d, 0xd8, 0, 0xde]) == "é😀")
    #expect(try read([0xfe, 0xff, 0, 0xe9]) == "é")
  }

  @Test(
    arguments: [
      ([0xff, 0xfe, 0, 0, 65, 0, 0, 0], "it is UTF-32; save it as UTF-8"),
      ([0xff, 0xfe, 65], "it is damaged UTF-16; save it as UTF-8"),
      ([65, 0, 66, 0, 10, 0], "it is UTF-16 without a byte order mark; save it as UTF-8"),
      ([99, 97, 102, 0xe9], "it is not UTF-8; save it as UTF-8"),
      ([65, 66, 67, 68, 69, 0], "it is no text"),
      ([0x50, 0x4b, 3, 4, 0, 0], "it is a ZIP archive or a spreadsheet such as .xlsx"),
    ] as [([UInt8], String)]) func whatIsNoSuchTextIsNamed(_ bytes: [UInt8], _ reason: String) throws
  {
    #expect(try read(bytes) == "t: cannot be read (\(reason)); check the path and its permissions")
  }

  @Test func onlyRegularFilesAreOpened() throws {
    try withTemporaryFolder { folder in
      mkfifo(folder + "/pipe", 0o600)
      for (path, reason) in [(folder, "it is a folder"), (folder + "/pipe", "it is no regular file")] {
        #expect(throws: ListError.unreadable(path: path, reason: reason)) { try TextFile.read(path) }
      }
    }
  }
}
