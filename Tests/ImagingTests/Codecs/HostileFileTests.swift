import Foundation
import Imaging
import TestSupport
import Testing

/// Files that would be read wrongly, take memory or time, or never end.
@Suite struct HostileFileTests {
  private func message(decoding bytes: [UInt8]) -> String {
    do {
      let image = try Image.decode(bytes, path: "a.x")
      return "\(image.width) × \(image.height)"
    } catch {
      return "\(error)"
    }
  }

  private let noHeader = """
    a.x: damaged PNG file (it does not start with a header); copy it again, or open and save it with another \
    program
    """

  @Test func chunkBeforeTheHeader() throws {
    let bytes = try contents(fixture("rgb.png"))
    func with(_ parts: [UInt8]...) -> [UInt8] {
      Array(([Array(bytes[..<8])] + parts + [Array(bytes[8...])]).joined())
    }
    #expect(message(decoding: with([0, 0, 0, 1], Array("tEXta".utf8), [0, 0, 0, 0])) == noHeader)
    #expect(message(decoding: with(Array(bytes[33...]))) == noHeader)
    #expect(
      message(decoding: with([0, 0, 0, 4], Array("CgBI".utf8), [UInt8](repeating: 0, count: 8))) == """
        a.x: neither a PNG nor a JPEG file (it is a CgBI file, Xcode's own kind of PNG); \
        convert it to PNG or JPEG
        """)
  }

  @Test(arguments: [(0, 0, 0, 0), (0xFF, 0xFF, 0xFF, 0xFF), (0x80, 0, 0, 0)])
  func impossibleSizes(_ size: (Int, Int, Int, Int)) throws {
    var bytes = try contents(fixture("rgb.png"))
    let side = [size.0, size.1, size.2, size.3].map { UInt8($0) }
    bytes.replaceSubrange(16..<24, with: side + side)
    #expect(
      message(decoding: bytes) == """
        a.x: damaged PNG file (its header is impossible); copy it again, or open and save it with another \
        program
        """)
  }

  @Test func sizesThatTheDataCannotFill() throws {
    var png = try contents(fixture("rgb.png"))
    png.replaceSubrange(16..<24, with: [0, 0, 0x40, 0, 0, 0, 0x40, 0])
    #expect(
      message(decoding: png) == "a.x: truncated: the PNG data ends before the last row; copy the file again")
    for file in ["420.jpg", "progressive.jpg"] {
      var jpeg = try contents(fixture(file))
      let frame = try #require(
        jpeg.indices.first { jpeg[$0] == 0xFF && [0xC0, 0xC2].contains(jpeg[$0 + 1]) })
      jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x40, 0, 0x40, 0])
      #expect(
        message(decoding: jpeg)
          == "a.x: truncated: the JPEG data ends before the last row; copy the file again")
    }
  }

  @Test func moreThanAGibibyteFromASmallFile() throws {
    var bytes = try contents(fixture("progressive.jpg"))
    let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC2 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x3F, 0xFF, 0x3F, 0xFF])
    bytes += [UInt8](repeating: 0, count: 600_000)
    #expect(
      message(decoding: bytes) == """
        a.x: 16383 × 16383 pixels in \(bytes.count) bytes, for which decoding would take more than 1 GiB; \
        no photograph is packed so densely: scale the picture down
        """)
  }

  @Test func manyScans() throws {
    var bytes = try contents(fixture("progressive.jpg"))
    let scan = try #require(bytes.indices.last { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
    let last = Array(bytes[scan..<bytes.count - 2])
    bytes.removeLast(2)
    for _ in 0..<200 { bytes += last }
    #expect(message(decoding: bytes).hasPrefix("a.x: damaged JPEG file (2"))
    #expect(message(decoding: bytes).contains(" scans, where 100 are plenty)"))
  }

  @Test func undecodableData() throws {
    var bytes = try contents(fixture("420.jpg"))
    let scan = try #require(bytes.indices.last { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
    for index in scan + 100..<scan + 300 { bytes[index] = 0xFE }
    #expect(
      message(decoding: bytes) == """
        a.x: damaged JPEG file (Corrupt JPEG data: 297 extraneous bytes before marker 0xd9); \
        copy it again, or open and save it with another program
        """)
  }

  @Test func whatIsNoFileIsNotOpened() throws {
    try withTemporaryFolder { folder in
      let pipe = folder + "/a.png"
      #expect(mkfifo(pipe, 0o600) == 0)
      for (path, reason) in [(pipe, "it is a pipe"), ("/dev/zero", "it is a device")] {
        #expect(
          #expect(throws: ImageError.self) { _ = try Image(contentsOf: path) }?.description
            == "\(path): cannot be read (\(reason)); check the path and its permissions")
      }
      let sparse = folder + "/b.png"
      _ = FileManager.default.createFile(atPath: sparse, contents: nil)
      #expect(truncate(sparse, 1 << 40) == 0)
      #expect(
        #expect(throws: ImageError.self) { _ = try LabelMap(contentsOf: sparse) }?.description
          == "\(sparse): cannot be read (it is larger than any picture); check the path and its permissions")
    }
  }

  /// The start of a file: some bytes, then a text.
  struct Start: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let name: String
    var testDescription: String { name }

    init(_ bytes: [UInt8], _ text: String, _ name: String) {
      self.bytes = bytes + Array(text.utf8)
      self.name = name
    }
  }

  static let starts = [
    Start([0, 0, 0, 24], "ftypmif1", "a HEIF"), Start([0, 0, 0, 24], "ftypavis", "an AVIF"),
    Start([0, 0, 0, 24], "ftypisom", "a video or another ISO media file"),
    Start([0, 0, 0, 12], "jP  ", "a JPEG 2000"), Start([0, 0, 0, 12], "JXL ", "a JPEG XL"),
    Start([0xEF, 0xBB, 0xBF], "\r\n \n<!doctype html>", "an HTML page"),
    Start([], "\n\n<HTML>", "an HTML page"), Start([], "{\"error\": 1}", "a JSON text"),
    Start([0, 0, 0, 0, 0, 0], "", "nothing but zeros"),
  ]

  @Test(arguments: starts) func foreignFormats(_ start: Start) {
    #expect(
      message(decoding: start.bytes)
        == "a.x: neither a PNG nor a JPEG file (it is \(start.name)); convert it to PNG or JPEG")
  }
}
