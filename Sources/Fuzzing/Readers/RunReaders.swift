import Autograd
import Files
import Foundation
import Reporting
import Training

/// JSON values.
struct JSONReader: FuzzedReader {
  static let name = "json"
  let corpus = [
    #"{"a": [1, -2.5e3, true, false, null], "é\u00e9\ud83d\ude00": {"b": "x\n\\\"\/"}}"#, "[]", "0", "\"\"",
    #"[{"name":"a","value":0.125},{"name":"b","value":1e-7}]"#,
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all(JSONWords.all)

  init(folder: String) {}

  func read(_ input: [UInt8]) throws -> Reading {
    let value = try JSON(parsing: String(decoding: input, as: UTF8.self))
    guard try JSON(parsing: value.compact) == value, try JSON(parsing: value.pretty()) == value else {
      throw Disagreement("what is written of the value is not read as the value")
    }
    return { Array(value.compact.utf8) }
  }
}

private enum JSONWords {
  static let all = [
    "{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "\\udc00", "\\u00", "\\x", "null", "true",
    "tru",
    "\"a\":", "{\"a\":", "[1,", "-", "1.", ".5", "+1", "1e", "//", "0123",
  ]
}

/// Records of stages.
struct StageRecordReader: FuzzedReader {
  static let name = "stage-record"
  let corpus = [
    """
    {"fingerprint": "cb0eab33c22ff413", "state": "finished", "seconds": 128.3,
     "figures": {"classifier": {"mAP": 97.5, "split": "val", "images": 200}}}
    """,
    #"{"fingerprint": "0", "state": "started", "seconds": 0, "figures": {}}"#,
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all(
    JSONWords.all + [
      "\"state\"", "\"finished\"", "\"figures\"", "\"seconds\"", "\"fingerprint\"", "\"mIoU\"",
    ])
  private let directory: RunDirectory
  private let file: InputFile

  init(folder: String) throws {
    directory = RunDirectory(path: folder)
    try directory.folder("stage")
    file = InputFile("stage/\(StageRecord.fileName)", in: folder)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    guard let record = try StageRecord.read("stage", in: directory) else {
      throw Disagreement("there is a record, but none is found")
    }
    guard record.seconds.isFinite else { throw Disagreement("the stage took \(record.seconds) s") }
    return { Array("\(record.state) \(record.figures.compact)".utf8) }
  }
}

/// Logs that a run goes on with.
struct LogReader: FuzzedReader {
  static let name = "log"
  let corpus = [
    """
    {"kind":"note","text":"begun","time":1}
    {"kind":"start","stage":"segment","after":0,"steps":4,"time":2}
    {"kind":"train","stage":"segment","step":1,"loss/total":0.5,"lr":0.1,"time":3}
    {"kind":"train","stage":"segment","step":2,"loss/total":0.25,"lr":0.1,"time":4}

    """,
    #"{"kind":"train","stage":"segment","step":3}"#,
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all(
    JSONWords.all + ["\n", "\"kind\":\"train\"", "\"step\":", "\"stage\":\"segment\""])
  private let file: InputFile

  init(folder: String) {
    file = InputFile("log.jsonl", in: folder)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    let log = try JSONLines(path: file.path) { 0 }
    try log.receive(.stageStarted(StageStart("segment", resumedAfter: 1)))
    let text =
      FileManager.default.contents(atPath: file.path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    guard text.hasSuffix(#""stage":"segment","after":1,"time":0.0}"# + "\n") else {
      throw Disagreement("the log does not end with the event: \(text.suffix(100))")
    }
    return { Array(text.utf8) }
  }
}
