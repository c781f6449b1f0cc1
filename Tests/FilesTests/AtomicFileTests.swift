import Files
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
  }

  private func expectFailure(
    _ path: String, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) throws {
    let failure = #expect(throws: AtomicFile.Failure.self, sourceLocation: sourceLocation, performing: body)
    #expect(failure?.path == path && failure?.reason == reason, sourceLocation: sourceLocation)
  }

  @Test func piecesBecomeOneFile() throws {
    try withTemporaryFolder { folder in
      let file = try AtomicFile("\(folder)/a")
      try file.write(Array("one ".utf8))
      try file.write([])
      try file.write(Array("two".utf8))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/a"), "the name is there too early")
      try file.commit()
      #expect(try names(folder) == ["a"])
      #expect(try text("\(folder)/a") == "one two")
    }
  }

  @Test func anExistingFileIsReplaced() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("a longer text", to: "\(folder)/a")
      try AtomicFile.write("short", to: "\(folder)/a")
      #expect(try text("\(folder)/a") == "short")
    }
  }

  @Test func aFileThatIsGivenUpLeavesNothing() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("old", to: "\(folder)/a")
      try {
        let file = try AtomicFile("\(folder)/a")
        try file.write(Array("half of the ne".utf8))
      }()
      #expect(try names(folder) == ["a"])
      #expect(try text("\(folder)/a") == "old")
    }
  }

  @Test func aFileThatCannotTakeItsNameLeavesNothing() throws {
    try withTemporaryFolder { folder in
      try {
        let file = try AtomicFile("\(folder)/a")
        try FileManager.default.createDirectory(atPath: "\(folder)/a/b", withIntermediateDirectories: true)
        try expectFailure("\(folder)/a", "Is a directory") { try file.commit() }
      }()
      #expect(try names(folder) == ["a"])
    }
  }

  @Test func twoWritersDoNotMeet() throws {
    try withTemporaryFolder { folder in
      let files = try (AtomicFile("\(folder)/a"), AtomicFile("\(folder)/a"))
      try files.0.write(Array("first".utf8))
      try files.1.write(Array("second".utf8))
      try files.1.commit()
      #expect(try text("\(folder)/a") == "second")
      try files.0.commit()
      #expect(try text("\(folder)/a") == "first")
    }
  }

  @Test func thePermissionsFollowTheUmask() throws {
    let status = try text("/proc/self/status")
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Umask:") })
    let mask = try #require(Int(line.dropFirst(6).trimmingCharacters(in: .whitespaces), radix: 8))
    try withTemporaryFolder { folder in
      try AtomicFile.write("", to: "\(folder)/a")
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/a")
      #expect(attributes[.posixPermissions] as? Int == 0o666 & ~mask)
    }
  }

  @Test func aMissingFolderIsNamed() throws {
    try expectFailure("/nowhere/a", "No such file or directory") {
      try AtomicFile.write("", to: "/nowhere/a")
    }
  }

  @Test func aDeviceIsWrittenToDirectly() throws {
    try AtomicFile.write("gone", to: "/dev/null")
    try expectFailure("/dev/full", "No space left on device") {
      try AtomicFile.write("too much", to: "/dev/full")
    }
  }
}
