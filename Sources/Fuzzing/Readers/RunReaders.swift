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
    {"fingerprint": "cb0eab33c22ff413", "data": "mixed", "state": "finished", "seconds": 128.3,
     "figures": {"classifier": {"mAP": 97.5, "split": "val", "images": 200}}}
    """,
    #"{"fingerprint": "0", "data": "1", "files": "2", "state": "started", "seconds": 0, "figures": {}}"#,
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
    try file.check()
    guard let record = try StageRecord.read("stage", in: directory) else {
      throw Disagreement("there is a record, but none is found")
    }
    guard record.seconds.isFinite else { throw Disagreement("the stage took \(record.seconds) s") }
    return { Array("\(record.state) \(record.figures.compact)".utf8) }
  }
}

/// Records of runs.
struct RunRecordReader: FuzzedReader {
  static let name = "run-record"
  let corpus = [
    #"{"overrides": ["seed=1"], "files": {"config.yaml": ["85ac7a1f2c1a8a1c"], "data.txt": ["0", "1"]}}"#,
    #"{"overrides": [], "files": {}}"#,
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all(
    JSONWords.all + ["\"files\"", "\"../run.json\"", "\"/dev/zero\":[\"0\"],", "\"..\""])
  private let directory: RunDirectory
  private let file: InputFile

  init(folder: String) throws {
    directory = RunDirectory(path: folder)
    file = InputFile("run.json", in: folder)
  }

  func read(_ input: [UInt8]) throws -> Reading {
    try file.write(input)
    try file.check()
    guard let record = try RunRecord.read(in: directory) else {
      throw Disagreement("there is a record, but none is found")
    }
    try? record.verify(in: directory)
    return { Array(record.overrides.joined(separator: "\n").utf8) }
  }
}

/// What a run remembers of its data.
struct ManifestReader: FuzzedReader {
  static let name = "data-manifest"
  let corpus = [
    "classes\tcat\tdog\nsource\tlabels.csv\nlist\ttrain\ttrain\ta\tb\nlabels\ta\t0 1\n"
      + "image\ta\ta.jpg\t0123456789abcdef\t12 34\nmask\ta\ta.png\t0\t\nweights\t\tw\t0\t\n",
    "labels\tb\\\\ \\tc\\n\t\n",
  ].map { Array($0.utf8) }
  let mutations = TextMutations.all([
    "\t", "\n", "\\", "\\t", "classes", "list", "train", "image", "0 1", "weights", "labels",
  ])

  init(folder: String) {}

  func read(_ input: [UInt8]) throws -> Reading {
    let text = String(decoding: input, as: UTF8.self)
    guard let manifest = DataManifest(parsing: text) else { throw FuzzError.refused }
    guard DataManifest(parsing: manifest.text)?.text == manifest.text else {
      throw Disagreement("what is written of the data is not read as the same")
    }
    return { Array(manifest.text.utf8) }
  }
}

extension InputFile {
  /// Gives a JSON object the right check, as whoever makes a run folder for others could.
  fileprivate func check() throws {
    let data = FileManager.default.contents(atPath: path) ?? Data()
    guard let json = try? JSON(parsing: String(decoding: data, as: UTF8.self)), case .object = json else {
      return
    }
    try write(Array(CheckedJSON.text(of: json).utf8))
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
    let last = text.split(separator: "\n").last ?? ""
    guard last.contains(#""stage":"segment","after":1,"time":0.0,"check":""#), text.hasSuffix("\n") else {
      throw Disagreement("the log does not end with the event: \(text.suffix(100))")
    }
    return { Array(text.utf8) }
  }
}
