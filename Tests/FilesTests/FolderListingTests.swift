import Files
import Foundation
import TestSupport
import Testing

@Suite struct FolderListingTests {
  @Test func namesAreSortedAndThoseThatAreNoTextAreApart() throws {
    let folder = try TemporaryFolder()
    for name in ["b.png", "a", ".hidden", "é"] {
      try Data().write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    }
    let latin = Array("\(folder.path)/caf".utf8) + [0xE9] + Array(".jpg".utf8) + [0]
    latin.withUnsafeBufferPointer { path in
      path.withMemoryRebound(to: CChar.self) { path in
        if let path = path.baseAddress { close(open(path, O_CREAT | O_WRONLY, 0o666)) }
      }
    }
    let listing = try #require(FolderListing(of: folder.path))
    #expect(listing.names == [".hidden", "a", "b.png", "é"])
    #expect(listing.undecodable == ["caf\u{FFFD}.jpg"])
  }

  @Test func aFolderThatIsNotThereHasNoListing() {
    #expect(FolderListing(of: "/nowhere/at/all") == nil)
  }
}
