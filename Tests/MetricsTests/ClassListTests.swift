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

  /// The class lists of runs and of data sets are without it.
  @Test func theBackgroundNeedNotBeNamed() throws {
    #expect(try parse("cat\ndog\n").names == ["background", "cat", "dog"])
  }

  @Test func idsMayPrecedeNames() throws {
    #expect(
      try parse("0 background\r\n1 traffic light\r\n255 void\r\n").names == ["background", "traffic light"])
  }

  @Test func idsFromOneLeaveTheBackgroundOut() throws {
    #expect(try parse("# animals\n1 cat\n2 dog\n").names == ["background", "cat", "dog"])
  }

  @Test func aClassThatIsNamedTwiceIsAnError() {
    let error = #expect(throws: ScoreError.self) { try parse("background\ncat\ncat\n") }
    let message = error?.description ?? ""
    #expect(message.hasSuffix("/classes.txt:3: the class \"cat\" is named twice; remove one of the two"))
  }

  @Test func anEmptyFileIsAnError() {
    let error = #expect(throws: ScoreError.self) { try parse("\n# nothing\n") }
    let message = error?.description ?? ""
    #expect(
      message.hasSuffix(
        """
        /classes.txt: not a list of classes (it names 0 classes); write one name per line, background first
        """))
  }

  @Test func gapInTheIdsIsAnError() {
    #expect(throws: ScoreError.self) { try parse("0 background\n2 cat\n") }
  }

  @Test(arguments: ["0", "-1", "256", "no-such-file"])
  func wrongCountIsAnError(_ text: String) {
    #expect(throws: ScoreError.badClassCount(text)) { try ClassList(parsing: text) }
  }
}
