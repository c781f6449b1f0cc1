import Files
import Foundation
import TestSupport
import Testing

@Suite struct FileStampTests {
  @Test func aFileThatMayStillChangeHasNone() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("a", to: "\(folder)/a")
      #expect(FileStamp("\(folder)/a") == nil)
      #expect(FileStamp("\(folder)/b") == nil)
    }
  }

  @Test func theTextReadsBack() throws {
    let stamp = try #require(FileStamp("/etc/passwd"))
    #expect(stamp.fields.count == 4)
    #expect(FileStamp(parsing: stamp.description) == stamp)
    #expect(FileStamp(parsing: "1 2 3") == nil)
  }
}
