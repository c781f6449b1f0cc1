import Autograd
import Imaging
import TestSupport
import Testing

@Suite struct BlurTests {
  private func source() throws -> Image {
    let golden = try Golden("views")["source"]
    return Image(width: golden.shape[1], height: golden.shape[0], pixels: golden.bytes)
  }

  @Test(arguments: ["0.1", "0.5", "1.0", "1.7", "2.0", "12.0"])
  func bytesEqualPillow(radius: String) throws {
    let blurred = try source().blurred(radius: #require(Float(radius)))
    #expect(blurred.pixels == (try Golden("views")["blur.\(radius)"].bytes))
  }

  @Test func radiusZeroChangesNothing() throws {
    #expect(try source().blurred(radius: 0) == source())
  }

  @Test func onePixelStaysAsItIs() {
    let image = Image(width: 1, height: 1, pixels: [3, 200, 255])
    #expect(image.blurred(radius: 2) == image)
  }
}
