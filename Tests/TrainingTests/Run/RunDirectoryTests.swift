import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct RunDirectoryTests {
  private let folder: TemporaryFolder
  private var root: String { folder.path }

  init() throws { folder = try TemporaryFolder() }

  private func begin(_ configuration: String) throws -> RunDirectory {
    let draft = try RunDraft(configuration: configuration, under: root)
    try draft.directory.write("seed: 0\n", to: "config.yaml")
    return try draft.begin().directory
  }

  private func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test func runsAreNumberedAndNeverShared() throws {
    let (first, second) = (try begin("voc/a"), try begin("voc/a"))
    #expect(first.path == root + "/voc/a/1")
    #expect(second.path == root + "/voc/a/2")
    #expect(try RunDirectory.latest(configuration: "voc/a", under: root).path == second.path)
  }

  @Test func numbersGoOnAfterAGap() throws {
    try FileManager.default.createDirectory(atPath: root + "/a/7", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: root + "/a/notes", withIntermediateDirectories: true)
    #expect(try begin("a").path == root + "/a/8")
  }

  @Test func aFolderInWhichNoRunBeganIsPassedOver() throws {
    let run = try begin("a")
    try FileManager.default.createDirectory(atPath: root + "/a/2", withIntermediateDirectories: true)
    #expect(try RunDirectory.latest(configuration: "a", under: root).path == run.path)
  }

  @Test func aDraftThatIsGivenUpLeavesNothing() throws {
    let draft = try RunDraft(configuration: "voc/a", under: root)
    #expect(names(root + "/voc/a").count == 1)
    draft.discard()
    #expect(names(root) == [])
  }

  /// The lock of a process that was killed is free, and so its draft goes.
  @Test func draftsThatNobodyHoldsAreRemoved() throws {
    let held = try RunDraft(configuration: "a", under: root)
    try FileManager.default.createDirectory(atPath: root + "/a/.new-0", withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: root + "/a/.new-0/.lock"))
    let run = try begin("a")
    #expect(names(root + "/a").filter { $0.hasPrefix(".new-") } == [String(held.directory.path.suffix(21))])
    #expect(run.path == root + "/a/1")
  }

  @Test func oneProcessAtATimeHasARun() throws {
    let run = try begin("a")
    var lock: RunLock? = try RunLock(run)
    #expect(lock?.isHeld == true)
    #expect(throws: RunError.inUse(run: run.path, process: Int(getpid()))) { try RunLock(run) }
    lock = nil
    #expect(try RunLock(run).isHeld)
  }

  @Test func resumingNothingSaysSo() {
    #expect(throws: RunError.nothingToResume(path: root + "/b")) {
      try RunDirectory.latest(configuration: "b", under: root)
    }
  }
}
