import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct EncodingTests {
  @Test func colourPNGComesBack() throws {
    try withTemporaryFolder { folder in
      let image = testPicture(31, 18)
      try image.writePNG(to: folder + "/a.png")
      #expect(try Image(contentsOf: folder + "/a.png") == image)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.png"])
    }
  }

  @Test func paletteIndicesComeBack() throws {
    try withTemporaryFolder { folder in
      let map = LabelMap(width: 16, height: 16, ids: (0...255).map { UInt8($0) })
      try map.writePNG(to: folder + "/a.png")
      #expect(try LabelMap(contentsOf: folder + "/a.png") == map)
    }
  }

  @Test func shortPaletteIsFilledUp() throws {
    try withTemporaryFolder { folder in
      let map = LabelMap(width: 2, height: 1, ids: [1, 255], palette: Palette([.black, .white]))
      try map.writePNG(to: folder + "/a.png")
      let read = try LabelMap(contentsOf: folder + "/a.png")
      #expect(read.ids == [1, 255])
      #expect(read.palette[1] == .white)
    }
  }

  @Test func existingFileIsReplaced() throws {
    try withTemporaryFolder { folder in
      try testPicture(40, 40).writePNG(to: folder + "/a.png")
      try testPicture(3, 2).writePNG(to: folder + "/a.png")
      #expect(try Image(contentsOf: folder + "/a.png") == testPicture(3, 2))
    }
  }

  @Test(arguments: JPEGSubsampling.allCases)
  func jpegIsCloseToThePicture(_ subsampling: JPEGSubsampling) throws {
    try withTemporaryFolder { folder in
      let image = Image(width: 19, height: 33, color: Color(90, 90, 90))
      try image.writeJPEG(to: folder + "/a.jpg", quality: 95, subsampling: subsampling)
      let read = try Image(contentsOf: folder + "/a.jpg")
      #expect((read.width, read.height) == (19, 33))
      #expect(read.pixels.allSatisfy { abs(Int($0) - 90) <= 1 })
    }
  }

  @Test func vocPaletteFollowsTheRule() {
    #expect(Palette.voc.colors.count == 256)
    #expect(Palette.voc[0] == .black)
    #expect(Palette.voc[1] == Color(128, 0, 0))
    #expect(Palette.voc[15] == Color(192, 128, 128))
    #expect(Palette.voc[20] == Color(0, 64, 128))
    #expect(Palette.voc[255] == Color(224, 224, 192))
  }
}
