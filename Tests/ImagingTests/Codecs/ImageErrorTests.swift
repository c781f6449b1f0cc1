import Foundation
import Imaging
import Testing

@Suite struct ImageErrorTests {
  /// The message of the error that `body` throws.
  private func message(_ body: () throws(ImageError) -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  private func message(decoding bytes: [UInt8]) -> String {
    message { () throws(ImageError) in _ = try Image.decode(bytes, path: "a.x") }
  }

  private func message(mask file: String) -> String {
    message { () throws(ImageError) in _ = try LabelMap(contentsOf: fixture(file)) }
      .replacingOccurrences(of: fixture(""), with: "")
  }

  @Test func missingFile() {
    #expect(
      message { () throws(ImageError) in _ = try Image(contentsOf: "/nowhere/a.jpg") }
        == "/nowhere/a.jpg: cannot be read (no such file or directory); check the path and its permissions")
  }

  @Test func folderInsteadOfFile() {
    #expect(
      message { () throws(ImageError) in _ = try Image(contentsOf: "/tmp") }
        == "/tmp: cannot be read (is a directory); check the path and its permissions")
  }

  @Test func zeroBytes() {
    #expect(message(decoding: []) == "a.x: the file is empty (0 bytes); copy it again")
  }

  @Test func otherFormats() {
    #expect(
      message(decoding: Array("GIF89a".utf8))
        == "a.x: neither a PNG nor a JPEG file (it is a GIF); convert it to PNG or JPEG")
    #expect(
      message(decoding: [0, 1, 0xAB, 255, 7])
        == """
        a.x: neither a PNG nor a JPEG file (it starts with the bytes 00 01 ab ff); \
        convert it to PNG or JPEG
        """)
  }

  /// Codings that are defined and that hardly anybody writes.
  @Test(arguments: [
    (UInt8(0xC0), UInt8(12), "12-bit"), (0xC1, 12, "12-bit"), (0xC3, 8, "lossless"), (0xCB, 8, "lossless"),
    (0xC5, 8, "hierarchical"), (0xCF, 8, "hierarchical"), (0xF7, 8, "JPEG-LS"),
  ]) func rareCodings(marker: UInt8, bits: UInt8, coding: String) throws {
    var jpeg = try contents(fixture("420.jpg"))
    let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    (jpeg[frame + 1], jpeg[frame + 4]) = (marker, bits)
    #expect(
      message(decoding: jpeg) == """
        a.x: a JPEG file that cannot be decoded (\(coding), which is rare); save it as a baseline JPEG or as \
        PNG
        """)
  }

  @Test(arguments: [1, 4, 8, 20, 40, 60, 300, 1000])
  func truncatedPNG(length: Int) throws {
    let bytes = Array(try contents(fixture("rgb.png")).prefix(length))
    #expect(
      message(decoding: bytes)
        == "a.x: truncated: the PNG data ends before the last row; copy the file again")
  }

  @Test(arguments: [2, 10, 100, 400, 700, 1000, 1400])
  func truncatedJPEG(length: Int) throws {
    let bytes = Array(try contents(fixture("420.jpg")).prefix(length))
    #expect(
      message(decoding: bytes)
        == "a.x: truncated: the JPEG data ends before the last row; copy the file again")
  }

  @Test func damagedPNG() throws {
    var bytes = try contents(fixture("rgb.png"))
    bytes[100] ^= 0xFF
    #expect(
      message(decoding: bytes)
        == """
        a.x: damaged PNG file (IDAT: incorrect data check); \
        copy it again, or open and save it with another program
        """)
  }

  @Test func hugePNG() throws {
    var bytes = try contents(fixture("rgb.png"))
    bytes.replaceSubrange(16..<24, with: [0, 8, 0, 0, 0, 8, 0, 0])
    #expect(
      message(decoding: bytes)
        == "a.x: 524288 × 524288 pixels are more than 268435456; scale the picture down")
  }

  @Test func cmykJPEG() throws {
    #expect(
      message(decoding: try contents(fixture("cmyk.jpg")))
        == "a.x: a CMYK JPEG, which has no defined RGB colours; convert it to an RGB JPEG or PNG")
  }

  @Test(arguments: ["rgb.png", "rgba.png", "rgb16.png", "rgb-interlaced.png"])
  func colouredMask(_ file: String) {
    #expect(
      message(mask: file)
        == """
        \(file): an RGB picture, where a mask holds one class id per pixel; \
        map its colours to ids and save it as a palette or grey PNG
        """)
  }

  @Test func lossyMask() {
    #expect(
      message(mask: "grey.jpg")
        == """
        grey.jpg: a JPEG file, which does not keep class ids exactly; \
        save the mask as a palette or grey PNG
        """)
  }

  @Test func maskWithWideIds() {
    #expect(
      message(mask: "grey16.png")
        == """
        grey16.png: holds the class id 33915, where a mask has 0 to 254 and 255 for ignore; \
        renumber the classes
        """)
  }

  @Test func missingFolder() {
    #expect(
      message { () throws(ImageError) in try testPicture(2, 2).writePNG(to: "/nowhere/a.png") }
        == """
        /nowhere/a.png: cannot be written (no such file or directory); \
        check the folder, its permissions and the free space
        """)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() {
    #expect(
      message { () throws(ImageError) in try testPicture(2, 2).writeJPEG(to: "/dev/full") }
        == """
        /dev/full: cannot be written (no space left on device); \
        check the folder, its permissions and the free space
        """)
  }
}
