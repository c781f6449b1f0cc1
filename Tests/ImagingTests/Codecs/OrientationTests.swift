import Autograd
import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct OrientationTests {
  /// EXIF data that say nothing but an orientation.
  private func exif(_ value: UInt8, isLittle: Bool = true, type: UInt8 = 3, count: UInt8 = 1) -> [UInt8] {
    func number(_ value: UInt8, _ bytes: Int) -> [UInt8] {
      let zeros = [UInt8](repeating: 0, count: bytes - 1)
      return isLittle ? [value] + zeros : zeros + [value]
    }
    let mark: [UInt8] = isLittle ? [0x49, 0x49, 42, 0] : [0x4D, 0x4D, 0, 42]
    let tag: [UInt8] = isLittle ? [0x12, 1] : [1, 0x12]
    let value = type == 4 ? number(value, 4) : number(value, 2) + [0, 0]
    let parts = [
      mark, number(8, 4), number(1, 2), tag, number(type, 2), number(count, 4), value, [0, 0, 0, 0],
    ]
    return Array(parts.joined())
  }

  private func photo(_ exif: [UInt8]) throws -> [UInt8] {
    let bytes = try contents(fixture("420.jpg"))
    let marker: [UInt8] = [0xFF, 0xE1, 0, UInt8(exif.count + 8)]
    let parts = [Array(bytes[..<2]), marker, Array("Exif\0\0".utf8), exif, Array(bytes[2...])]
    return Array(parts.joined())
  }

  @Test(arguments: 1...8, [true, false])
  func picturesAreTurnedAsInPillow(_ orientation: Int, isLittle: Bool) throws {
    let expected = try Golden("orientation")["\(orientation)"]
    for type in [UInt8(3), 4] {
      let exif = exif(UInt8(orientation), isLittle: isLittle, type: type)
      let image = try Image.decode(photo(exif), path: "a")
      #expect([image.height, image.width, 3] == expected.shape.extents)
      #expect(image.pixels == expected.bytes)
    }
  }

  @Test func damagedDataSayNothing() throws {
    let upright = try Image(contentsOf: fixture("420.jpg"))
    let whole = exif(6)
    for length in 0..<20 {
      #expect(try Image.decode(photo(Array(whole.prefix(length))), path: "a") == upright)
    }
    for (position, value) in [(0, 0x4D), (2, 43), (4, 200), (7, 255), (10, 0x13), (12, 2), (14, 2), (18, 9)] {
      var exif = whole
      exif[position] = UInt8(value)
      #expect(try Image.decode(photo(exif), path: "a") == upright)
    }
    var manyEntries = whole
    manyEntries[9] = 0xFF
    #expect(try Image.decode(photo(manyEntries), path: "a").width == upright.height)
  }

  private func xmp(_ text: String) -> [UInt8] {
    Array("<x:xmpmeta xmlns:x='adobe:ns:meta/'>\(text)</x:xmpmeta>".utf8)
  }

  private func photo(xmp: [UInt8], exif: [UInt8]? = nil) throws -> [UInt8] {
    let bytes = try exif.map { try photo($0) } ?? contents(fixture("420.jpg"))
    let data = Array("http://ns.adobe.com/xap/1.0/\0".utf8) + xmp
    let marker: [UInt8] = [0xFF, 0xE1, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 0xFF)]
    return Array([Array(bytes[..<2]), marker, data, Array(bytes[2...])].joined())
  }

  @Test(
    arguments: 1...8,
    [
      #"<a tiff:Orientation="N"/>"#, "<a tiff:Orientation = 'N'/>",
      "<tiff:Orientation> N\n</tiff:Orientation>",
    ]) func whatXMPDataSayCounts(_ orientation: Int, text: String) throws
  {
    let expected = try Golden("orientation")["\(orientation)"]
    let xmp = xmp(text.replacingOccurrences(of: "N", with: "\(orientation)"))
    #expect(try Image.decode(photo(xmp: xmp), path: "a").pixels == expected.bytes)
    // EXIF data come first.
    let both = try Image.decode(photo(xmp: xmp, exif: exif(3)), path: "a")
    #expect(try both.pixels == Golden("orientation")["3"].bytes)
    let damaged = try Image.decode(photo(xmp: xmp, exif: Array(exif(3).prefix(9))), path: "a")
    #expect(damaged.pixels == expected.bytes)
  }

  @Test(arguments: [
    "", "<a tiff:Orientation", "<a tiff:Orientation=", "<a tiff:Orientation='", "<a tiff:Orientation='0'/>",
    "<a tiff:Orientation='66'/>", "<a tiff:Orientation='9'/>", "<a tiff:Orientation='x'/>",
    "tiff:Orientation 6",
  ]) func unclearXMPDataSayNothing(text: String) throws {
    let upright = try Image(contentsOf: fixture("420.jpg"))
    #expect(try Image.decode(photo(xmp: xmp(text)), path: "a") == upright)
  }

  @Test func xmpDataTurnAPNG() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.png"
      try testPicture(5, 3).writePNG(to: path)
      var bytes = try contents(path)
      let text = Array("XML:com.adobe.xmp\0\0\0\0\0".utf8) + xmp("<a tiff:Orientation='6'/>")
      // The check value of an optional chunk is not looked at.
      bytes.insert(
        contentsOf: [[0, 0, 0, UInt8(text.count)], Array("iTXt".utf8), text, [0, 0, 0, 0]].joined(), at: 33)
      let shown = try Image.decode(bytes, path: path)
      #expect((shown.width, shown.height) == (3, 5))
    }
  }

  @Test func chunkInPNGTurnsPictureAndMask() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.png"
      for isMask in [false, true] {
        let image = testPicture(5, 3)
        let mask = LabelMap(width: 5, height: 3, ids: (0..<15).map { UInt8($0) })
        if isMask { try mask.writePNG(to: path) } else { try image.writePNG(to: path) }
        var bytes = try contents(path)
        // The check value of an optional chunk is not looked at.
        let chunk = [[0, 0, 0, 26], Array("eXIf".utf8), exif(6), [0, 0, 0, 0]].joined()
        bytes.insert(contentsOf: chunk, at: 33)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(try Orientation(contentsOf: path) == .quarterClockwise)
        if isMask {
          let shown = try LabelMap(contentsOf: path)
          #expect((shown.width, shown.height) == (3, 5))
          #expect(shown.ids == [10, 5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4])
        } else {
          let shown = try Image(contentsOf: path)
          #expect((shown.width, shown.height, shown[2, 1], shown[0, 4]) == (3, 5, image[1, 0], image[4, 2]))
        }
      }
    }
  }
}
