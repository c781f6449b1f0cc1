import Files
import Foundation
import TestSupport
import Testing

@testable import Training

/// Records with the right check that no run has written.
@Suite struct RunRecordTests {
  @Test func filesOfARecordLieBesideIt() throws {
    try withTemporaryFolder { folder in
      let run = RunDirectory(path: folder)
      for name in ["/dev/zero", "../a.txt", "b/c.txt"] {
        let json: JSON = ["overrides": [], "files": .object([.init(name, .list([.text("0")]))])]
        try run.write(CheckedJSON.text(of: json), to: "run.json")
        #expect(throws: RunError.damagedFile(path: folder + "/run.json")) { try RunRecord.read(in: run) }
      }
      try run.write(CheckedJSON.text(of: ["overrides": ["seed=1"], "files": [:]]), to: "run.json")
      #expect(try RunRecord.read(in: run)?.overrides == ["seed=1"])
    }
  }

  /// Only folders of earlier versions have no record.
  @Test func aRecordThatCannotBeReadIsNoneOfBefore() throws {
    try withTemporaryFolder { folder in
      let run = RunDirectory(path: folder)
      #expect(try RunRecord.read(in: run) == nil)
      #expect(mkfifo(run.file("run.json"), 0o600) == 0)
      let unread = RunError.cannotRead(
        path: folder + "/run.json", reason: "it is no regular file, or not permitted")
      #expect(throws: unread) { try RunRecord.read(in: run) }
      unlink(run.file("run.json"))
      try FileManager.default.createSymbolicLink(
        atPath: run.file("run.json"), withDestinationPath: "/dev/zero")
      #expect(throws: unread) { try RunRecord.read(in: run) }
      unlink(run.file("run.json"))
      try run.write("", to: "data.tsv")
      #expect(throws: RunError.missingFile(path: folder + "/run.json")) { try RunRecord.read(in: run) }
    }
  }

  @Test func secondsOfAStageAreFinite() throws {
    try withTemporaryFolder { folder in
      let run = RunDirectory(path: folder)
      try run.folder("seeds")
      for (seconds, isRead) in [("1.5", true), ("1e400", false), ("-1e400", false)] {
        let json: JSON = [
          "fingerprint": "0", "data": "0", "state": "finished", "seconds": .number(seconds), "figures": [:],
        ]
        try run.write(CheckedJSON.text(of: json), to: "seeds/stage.json")
        #expect(((try? StageRecord.read("seeds", in: run)) != nil) == isRead)
      }
    }
  }
}
