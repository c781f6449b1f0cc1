import Foundation
import Metrics
import TestSupport
import Testing

@Suite struct ClassListTests {
  private func parse(_ content: String) throws -> ClassList {
    try withTemporaryFolder { folder in
      try Data(content.utf8).write(to: URL(fileURLWithPath: "\(folder)/classes.txt"))
      return try ClassList(parsing: "\(folder)/classes.txt")
    }
  }

  @Test func numberGivesIds() throws {
    #expect(try ClassList(parsing: "3").names == ["0", "1", "2"])
  }

  @Test func linesAreNames() throws {
    #expect(try parse("background\ntraffic light\n\ncat\n").names == ["background", "traffic light", "cat"])
  }

  @Test func idsMayPrecedeNames() throws {
    #expect(
      try parse("0 background\r\n1 traffic light\r\n255 void\r\n").names == ["background", "traffic light"])
  }

  @Test func gapInTheIdsIsAnError() {
    #expect(throws: ScoreError.self) { try parse("0 background\n2 cat\n") }
  }

  @Test(arguments: ["0", "-1", "256", "no-such-file"])
  func wrongCountIsAnError(_ text: String) {
    #expect(throws: ScoreError.badClassCount(text)) { try ClassList(parsing: text) }
  }
}
