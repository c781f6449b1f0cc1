import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// A run keeps what it was made from, and its folder to itself.
@Suite struct RunKeepingTests {
  private static let run = "Checkpoints/small/1"
  private static let resume = ["--config", "small.yaml", "--resume"]

  /// All files of the run, by name.
  private func files(_ place: Workplace) throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: place.path(Self.run))
    let files = names.filter { name in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: place.path("\(Self.run)/\(name)"), isDirectory: &isFolder)
      return !isFolder.boolValue && name != ".lock"
    }
    return try Dictionary(uniqueKeysWithValues: files.map { ($0, try place.bytes("\(Self.run)/\($0)")) })
  }

  /// What a change of the data is called, and what it does.
  private static let changes = [
    Change("labels.txt: 1 row differs, first b (was dog, is cat)") {
      try $0.edit("data/labels.txt", "b dog", "b cat")
    },
    Change("classes: \"cow\" is new") { try $0.write("cat\ndog\ncow\n", "data/classes.txt") },
    Change("classes: in another order") { try $0.write("dog\ncat\n", "data/classes.txt") },
    Change("train.txt: in another order") { try $0.write("b\na\n", "data/train.txt") },
    Change("a.png: changed since") {
      try Workplace.photograph(width: 24, height: 20, seed: 9).writePNG(to: $0.path("data/images/a.png"))
    },
  ]

  @Test(arguments: changes) func otherDataAreRefusedAndNothingIsTouched(change: Change) throws {
    let place = try Workplace.withRun()
    try change.make(place)
    let before = try files(place)
    let result = try place.run("train", Self.resume)
    #expect(
      result.stderr == """
        error: \(Self.run): stage classify was started with other data (\(change.words)); put the data back, \
        or start a new run with --from \(Self.run)

        """)
    #expect(result.status == 1)
    #expect(try files(place) == before)
    let taken = try place.run(
      "train", ["--config", "small.yaml", "--from", Self.run, "--stages", "classify"])
    #expect(taken.status == 0, "\(taken.stderr)")
    #expect(taken.stdout.contains("\ntaken over: nothing\n"), "\(taken.stdout)")
    #expect(taken.stdout.contains("\nnot taken over: classify, "), "\(taken.stdout)")
    #expect(taken.stdout.contains("(\(change.words)"), "\(taken.stdout)")
  }

  /// Copies have other times and the same bytes, wherever they lie.
  @Test func dataAndRunMayMove() throws {
    let place = try Workplace.withRun()
    let files = FileManager.default
    try files.copyItem(atPath: place.path("data"), toPath: place.path("moved"))
    try files.copyItem(atPath: place.path(Self.run), toPath: place.path("elsewhere"))
    try place.remove("data")
    try place.remove("Checkpoints")
    let moved = ["--run", "elsewhere", "--set", "data.root=moved"]
    let result = try place.run("train", moved)
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("[evaluate] skipped: its output is there and valid"))
    // From now on it knows where they are.
    #expect(try place.run("train", ["--run", "elsewhere", "--verify"]).status == 0)
    #expect(try place.run("evaluate", ["--run", "elsewhere"]).status == 0)
    let back = try place.run("train", ["--config", "small.yaml", "--run", "elsewhere"])
    #expect(back.status == 0, "\(back.stderr)")
  }

  @Test func aMoveThatNobodyNamedIsRefused() throws {
    let place = try Workplace.withRun()
    try FileManager.default.copyItem(atPath: place.path("data"), toPath: place.path("moved"))
    try place.edit("small.yaml", "root: data", "root: moved")
    let result = try place.run("train", Self.resume)
    #expect(
      result.stderr == """
        error: \(Self.run): stage classify was started with other options (data.root: moved here, data in \
        the run); use the configuration of the run, or say --set data.root=moved if that was moved

        """)
  }

  /// The drawn split stays: what was trained on is never judged on.
  @Test func theDrawnSplitIsKept() throws {
    let place = try Workplace()
    try place.edit("small.yaml", ", train: train.txt, val: val.txt", "")
    let first = try place.run("train", ["--config", "small.yaml", "--stages", "classify"])
    #expect(first.status == 0, "\(first.stderr)")
    for id in ["e", "f", "g"] {
      try Workplace.photograph(width: 24, height: 20, seed: 9).writePNG(
        to: place.path("data/images/\(id).png"))
      try place.writeMask("data/masks/\(id).png")
    }
    try place.write("a cat\nb dog\nc cat dog\nd cat\ne cat\nf cat\ng cat\n", "data/labels.txt")
    for arguments in [["--resume"], ["--from", Self.run]] {
      let result = try place.run("train", ["--config", "small.yaml", "--stages", "classify"] + arguments)
      #expect(result.status == 0, "\(result.stderr)")
      let line =
        "the split of \(Self.run) is kept; 3 of the images are in no list of it, first \"e\" "
        + "(a new run draws a new split)\n"
      #expect(result.stdout.contains(line), "\(result.stdout)")
      #expect(result.stdout.contains("train: 3 images of train"))
      #expect(result.stdout.contains("[classify] skipped: its output is there and valid"))
    }
  }

  @Test func anAttemptThatNeverBeginsLeavesNoFolder() throws {
    for (arguments, spoil) in [
      (["--weights", "no.safetensors"], { _ in }),
      (["--weights", "small.yaml"], { _ in }),
      (["--stages", "seeds"], { _ in }),
      ([], { try $0.remove("data/images/a.png") }),
      (["--from", "data"], { _ in }),
    ] as [([String], (Workplace) throws -> Void)] {
      let place = try Workplace()
      try spoil(place)
      #expect(try place.run("train", ["--config", "small.yaml"] + arguments).status == 1)
      #expect(!place.exists("Checkpoints"), "\(arguments)")
    }
  }

  /// Links in a foreign folder lead nowhere.
  @Test(arguments: [
    "seeds/labels", "masks", "log.jsonl", "metrics.json", ".lock", "segment/best.safetensors",
  ])
  func nothingIsWrittenThroughALink(name: String) throws {
    let place = try Workplace.withRun()
    let path = "\(Self.run)/\(name)"
    try place.remove(path)
    try place.write("precious", "outside/file")
    try FileManager.default.createSymbolicLink(
      atPath: place.path(path),
      withDestinationPath: place.path(name.contains(".") ? "outside/file" : "outside"))
    let message = """
      error: \(path): is a link, a device or a file with a second name, which a run does not write to; copy \
      the run folder without links

      """
    for arguments in [["--run", Self.run], ["--from", Self.run]] {
      let result = try place.run("train", ["--config", "small.yaml"] + arguments)
      #expect(result.stderr == message && result.status == 1)
    }
    #expect(try place.bytes("outside/file") == Data("precious".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path("outside")) == ["file"])
  }

  @Test func theSecondProcessIsRefused() throws {
    let place = try Workplace.withRun()
    let descriptor = open(place.path("\(Self.run)/.lock"), O_RDWR)
    #expect(flock(descriptor, LOCK_EX) == 0)
    let result = try place.run("train", Self.resume)
    let owner = String(decoding: try place.bytes("\(Self.run)/.lock"), as: UTF8.self)
    #expect(
      result.stderr
        == "error: \(Self.run): is in use by process \(owner.dropLast()); wait until it ends\n")
    #expect(result.status == 1)
    close(descriptor)
    #expect(try place.run("train", Self.resume).status == 0)
  }

  @Test func whatAKillLeavesIsClearedAway() throws {
    let place = try Workplace.withRun()
    let left = ["metrics.json.0123456789abcdef-7.tmp", "seeds/a.safetensors.12-3.tmp", "metrics.json.part"]
    for name in left { try place.write("half", "\(Self.run)/\(name)") }
    try place.write("half", "\(Self.run)/.new-refine/labels/a.png")
    #expect(try place.run("train", Self.resume).status == 0)
    for name in left + [".new-refine"] { #expect(!place.exists("\(Self.run)/\(name)"), "\(name)") }
  }

  /// Taken away while the last stage trains, long before its end for what it reads.
  @Test(arguments: [("masks/a.png", 5000), ("run.json", 60)])
  func whatIsTakenAwayIsNamed(file: String, steps: Int) throws {
    let place = try Workplace()
    let script = #"""
      "$@" & job=$!
      until grep -q '"stage":"segment","step":2,' \#(Self.run)/log.jsonl; do
        kill -0 $job || break
        sleep 0.02
      done 2> /dev/null
      rm \#(Self.run)/\#(file)
      wait $job
      """#
    let result = try runCommand(
      "train", ["--config", "small.yaml", "--set", "segment.schedule.iterations=\(steps)"],
      directory: place.path(""), launcher: ["sh", "-c", script, "sh"])
    let advice =
      file == "run.json"
      ? "is gone, though the run needs it as it was; put it back, then go on with --resume, or start a new "
        + "run"
      : "is gone, though the run has made it; go on with --resume, and where that does not help, remove the "
        + "folders of its stage and of those behind it first"
    #expect(
      result.stderr == "error: \(Self.run)/\(file): \(advice)\n")
    #expect(result.status == 1)
  }

  @Test func filesOfUnknownOriginAreNoStage() throws {
    let place = try Workplace.withRun()
    try place.remove("\(Self.run)/masks/stage.json")
    let result = try place.run("train", Self.resume)
    #expect(
      result.stderr == """
        error: \(Self.run)/masks: holds files but no stage.json that says what they are; move the folder \
        away, or put its stage.json back

        """)
  }

  /// Held-out figures are those of images that the run was not trained on, or it is said.
  @Test func whatWasTrainedOnIsNotCalledHeldOut() throws {
    let place = try Workplace.withRun()
    let same = try place.run("evaluate", ["--run", Self.run])
    #expect(same.stdout.contains("(2 images)"), "\(same.stdout)")
    let trained = try place.run("evaluate", ["--run", Self.run, "--set", "data.val=train.txt"])
    #expect(
      trained.stdout.contains("(2 images, of which the run was trained on 2)"), "\(trained.stdout)")
    try place.write("dog\ncat\n", "data/classes.txt")
    let other = try place.run("evaluate", ["--run", Self.run])
    #expect(
      other.stderr == """
        error: \(Self.run): was trained on other classes (in another order); use those classes, in \
        their order

        """)
  }
}

/// A change of the data, and the words for it.
struct Change: Sendable, CustomTestStringConvertible {
  let words: String
  let make: @Sendable (Workplace) throws -> Void
  var testDescription: String { words }

  init(_ words: String, _ make: @escaping @Sendable (Workplace) throws -> Void) {
    self.words = words
    self.make = make
  }
}
