import Foundation
import Reporting
import TestSupport
import Testing

@testable import Training

@Suite struct StageOutputsTests {
  @Test func whatIsAsItWasIsAccepted() throws {
    let folder = try TemporaryFolder()
    let outputs = StageOutputs()
    try write("a", folder.path + "/a")
    outputs.note(folder.path + "/a")
    try write("other", folder.path + "/a")
    outputs.note(folder.path + "/a")
    try outputs.requireUnchanged(stage: folder.path)
  }

  @Test func aFileThatIsGoneIsNamed() throws {
    let folder = try TemporaryFolder()
    let outputs = StageOutputs()
    for name in ["a", "b"] {
      try write(name, "\(folder.path)/\(name)")
      outputs.note("\(folder.path)/\(name)")
    }
    try FileManager.default.removeItem(atPath: folder.path + "/b")
    #expect(throws: RunError.outputGone(path: folder.path + "/b")) {
      try outputs.requireUnchanged(stage: folder.path)
    }
  }

  /// The stage's own is moved aside; that of another stage stays.
  @Test func anotherFileOfTheNameIsNamed() throws {
    let folder = try TemporaryFolder()
    let run = RunDirectory(path: folder.path)
    let outputs = StageOutputs()
    for stage in ["masks", "seeds"] {
      try run.folder("\(stage)/labels")
      try write("a", run.file("\(stage)/labels/a"))
      outputs.noteAll(in: run.file(stage))
      try write("a", run.file("b"))
      rename(run.file("b"), run.file("\(stage)/labels/a"))
    }
    let own = run.file("masks/labels/a")
    #expect(throws: RunError.outputReplaced(path: own, newPath: own + ".changed")) {
      try outputs.requireUnchanged(stage: run.file("masks"))
    }
    #expect(run.has("masks/labels/a.changed"))
    outputs.note(own)
    try write("a", own)
    outputs.note(own)
    #expect(throws: RunError.outputReplaced(path: run.file("seeds/labels/a"), newPath: nil)) {
      try outputs.requireUnchanged(stage: run.file("masks"))
    }
  }

  @Test func aFileThatGrowsStaysTheSame() throws {
    let folder = try TemporaryFolder()
    let outputs = StageOutputs()
    let log = folder.path + "/log"
    let lines = try JSONLines(path: log)
    outputs.noteGrowing(lines.file)
    try lines.receive(.note("more"))
    try outputs.requireUnchanged(stage: folder.path)
    try FileManager.default.removeItem(atPath: log)
    #expect(throws: RunError.outputGone(path: log)) { try outputs.requireUnchanged(stage: folder.path) }
  }

  /// Nothing of the run as a whole is made anew or moved aside.
  @Test func aFileOfTheRunAsAWholeIsNamed() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/config.yaml"
    let outputs = StageOutputs()
    try write("a", file)
    outputs.noteFixed(file)
    try outputs.requireUnchanged(stage: folder.path)
    try write("other", file)
    #expect(throws: RunError.ownFileChanged(path: file, isGone: false)) {
      try outputs.requireUnchanged(stage: folder.path)
    }
    try FileManager.default.removeItem(atPath: file)
    #expect(throws: RunError.ownFileChanged(path: file, isGone: true)) {
      try outputs.requireUnchanged(stage: folder.path)
    }
  }

  /// Cut to nothing and written to again, or another file of the name.
  @Test(arguments: [true, false]) func aLogThatLostLinesIsNamed(isCut: Bool) throws {
    let folder = try TemporaryFolder()
    let outputs = StageOutputs()
    let log = folder.path + "/log"
    let lines = try JSONLines(path: log)
    outputs.noteGrowing(lines.file)
    try lines.receive(.note("first"))
    if isCut {
      #expect(truncate(log, 0) == 0)
    } else {
      try FileManager.default.copyItem(atPath: log, toPath: log + ".copy")
      #expect(rename(log + ".copy", log) == 0)
    }
    try lines.receive(.note("second"))
    #expect(throws: RunError.logChanged(path: log)) { try outputs.requireUnchanged(stage: folder.path) }
  }

  @Test func filesAreCountedAgainstTheList() throws {
    let folder = try TemporaryFolder()
    let run = RunDirectory(path: folder.path)
    try run.folder("masks/deep")
    for name in ["a.png", "deep/b.png", "stage.json"] { try write(name, "\(folder.path)/masks/\(name)") }
    try run.requireFiles(in: "masks", for: ["a", "deep/b"])
    #expect(
      throws: RunError.otherFiles(path: folder.path + "/masks/c.png", isMissing: true, found: 2, wanted: 3)
    ) { try run.requireFiles(in: "masks", for: ["a", "c", "deep/b"]) }
    #expect(
      throws: RunError.otherFiles(
        path: folder.path + "/masks/deep/b.png", isMissing: false, found: 2, wanted: 1)
    ) { try run.requireFiles(in: "masks", for: ["a"]) }
    #expect(
      throws: RunError.otherFiles(path: folder.path + "/seeds/a.png", isMissing: true, found: 0, wanted: 1)
    ) { try run.requireFiles(in: "seeds", for: ["a"]) }
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
}
