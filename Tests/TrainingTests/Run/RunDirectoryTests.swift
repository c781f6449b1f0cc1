import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct RunDirectoryTests {
  private let folder: TemporaryFolder
  private var root: String { folder.path }

  init() throws { folder = try TemporaryFolder() }

  @Test func runsAreNumberedAndNeverShared() throws {
    let first = try RunDirectory.create(configuration: "voc/a", under: root)
    let second = try RunDirectory.create(configuration: "voc/a", under: root)
    #expect(first.path == root + "/voc/a/1")
    #expect(second.path == root + "/voc/a/2")
    #expect(try RunDirectory.latest(configuration: "voc/a", under: root).path == second.path)
  }

  @Test func numbersGoOnAfterAGap() throws {
    try FileManager.default.createDirectory(atPath: root + "/a/7", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: root + "/a/notes", withIntermediateDirectories: true)
    #expect(try RunDirectory.create(configuration: "a", under: root).path == root + "/a/8")
  }

  @Test func resumingNothingSaysSo() {
    #expect(throws: RunError.nothingToResume(path: root + "/b")) {
      try RunDirectory.latest(configuration: "b", under: root)
    }
  }
}
