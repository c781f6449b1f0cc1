import Foundation
import Reporting
import Testing

@Suite struct JSONLinesTests {
  func step(_ number: Int) -> Event { .step(Step("classify", number, seconds: 0.5)) }

  @Test func everyEventIsALine() throws {
    let table = ClassTable("val", classes: ["a", "b"], columns: [.init("IoU", [50.5, nil], mean: 50.5)])
    let events: [Event] = [
      .stageStarted(StageStart("classify", steps: 20)),
      .step(
        Step(
          "classify", 1, losses: [.init("cls", 0.1), .init("aux", .nan)], learningRate: 6e-5, seconds: 0.25,
          dataSeconds: 0.125)),
      .metric(Metric("classifier.mAP", 73.123456789012, split: "val", images: 1449)), .classTable(table),
      .picture(path: "a.png", caption: "say \"so\"\n"), .note("n"), .warning("w"),
      .stageFinished(stage: "classify", seconds: 3), .stageSkipped(stage: "seeds", reason: "valid"),
    ]
    let written = try withScratchFile("log.jsonl") { path in
      let log = try JSONLines(path: path, now: { 1_700_000_000.1234 })
      for event in events { try log.receive(event) }
      return try text(path)
    }
    #expect(
      written.replacing(/,"check":"[0-9a-f]{8}"}/, with: "}") == """
        {"kind":"start","stage":"classify","after":0,"steps":20,"time":1700000000.123}
        {"kind":"train","stage":"classify","step":1,"loss/cls":0.1,"loss/aux":null,"lr":6e-05,"seconds":0.25,\
        "data_seconds":0.125,"time":1700000000.123}
        {"kind":"metric","name":"classifier.mAP","value":73.123456789012,"split":"val","images":1449,\
        "stage":"classify","time":1700000000.123}
        {"kind":"classes","title":"val","IoU":{"a":50.5,"b":null},"mean IoU":50.5,"time":1700000000.123}
        {"kind":"picture","path":"a.png","caption":"say \\"so\\"\\n","time":1700000000.123}
        {"kind":"note","text":"n","time":1700000000.123}
        {"kind":"warning","text":"w","time":1700000000.123}
        {"kind":"finish","stage":"classify","seconds":3.0,"time":1700000000.123}
        {"kind":"skip","stage":"seeds","reason":"valid","time":1700000000.123}

        """)
  }

  /// Wherever a bit of a line changes, the line is named.
  @Test func damageIsNoticed() throws {
    try withScratchFile("log.jsonl") { path in
      let log = try JSONLines(path: path, now: { 0 })
      #expect(log.damagedLines == [])
      for number in 1...3 { try log.receive(step(number)) }
      let sound = Array(try text(path).utf8)
      #expect(try JSONLines(path: path).damagedLines == [])
      let second = sound.firstIndex(of: 10).map { $0 + 1 } ?? 0
      for position in second..<second + sound[second...].prefix(while: { $0 != 10 }).count {
        var bytes = sound
        bytes[position] ^= 4
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(try JSONLines(path: path).damagedLines == [2], "\(position)")
      }
    }
  }

  @Test func nothingIsAppendedThroughALink() throws {
    try withScratchFile("log.jsonl") { path in
      let (other, files) = (path + ".other", FileManager.default)
      try Data("precious".utf8).write(to: URL(fileURLWithPath: other))
      for (reason, make) in [
        ("it is a link", { try files.createSymbolicLink(atPath: path, withDestinationPath: other) }),
        (
          "the file has a second name, where it would change as well",
          { try files.linkItem(atPath: other, toPath: path) }
        ),
      ] {
        try make()
        #expect(throws: ReportingError.unwritable(path: path, reason: reason)) { try JSONLines(path: path) }
        #expect(try text(other) == "precious")
        try files.removeItem(atPath: path)
      }
    }
  }

  @Test func noStepOccursTwiceAfterAKillAndAResume() throws {
    let steps = try withScratchFile("log.jsonl") { path in
      let killed = try JSONLines(path: path, now: { 0 })
      try killed.receive(.stageStarted(StageStart("classify", steps: 20)))
      for number in 1...13 { try killed.receive(step(number)) }
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(#"{"kind":"train","stage":"cla"#.utf8))
      try handle.close()

      let resumed = try JSONLines(path: path, now: { 0 })
      try resumed.receive(.stageStarted(StageStart("classify", steps: 20, resumedAfter: 10)))
      for number in 11...20 { try resumed.receive(step(number)) }
      return try lines(path).compactMap { $0["step"] as? Int }
    }
    #expect(steps == Array(1...20))
  }

  @Test func stepsOfOtherStagesStay() throws {
    let kept = try withScratchFile("log.jsonl") { path in
      let log = try JSONLines(path: path, now: { 0 })
      for number in 1...3 { try log.receive(step(number)) }
      try log.receive(.stageStarted(StageStart("segment")))
      return try lines(path).count
    }
    #expect(kept == 4)
  }

  @Test func aFolderThatIsMissingIsNamed() throws {
    #expect {
      try JSONLines(path: "/nowhere/log.jsonl")
    } throws: {
      "\($0)" == "/nowhere/log.jsonl: the file cannot be written: No such file or directory; "
        + "check the permissions and the free space"
    }
  }

  private func lines(_ path: String) throws -> [[String: Any]] {
    try text(path).split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }
}
