import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct PNGChunksTests {
  private func mask() throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.png"
    try LabelMap(width: 5, height: 4, ids: (0..<20).map { UInt8($0 % 3) }).writePNG(to: path)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func everyBitThatIsFlippedIsNoticed() throws {
    let sound = try mask()
    #expect(PNGChunks.areIntact(sound))
    for position in sound.indices {
      for bit in 0..<8 {
        var bytes = sound
        bytes[position] ^= 1 << UInt8(bit)
        #expect(!PNGChunks.areIntact(bytes), "\(position)")
      }
    }
  }

  @Test func aPieceIsNoticed() throws {
    let sound = try mask()
    for count in sound.indices { #expect(!PNGChunks.areIntact(Array(sound[..<count])), "\(count)") }
    #expect(!PNGChunks.areIntact(sound + [0]))
  }
}
