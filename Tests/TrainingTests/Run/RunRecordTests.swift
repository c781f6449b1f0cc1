import Files
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
