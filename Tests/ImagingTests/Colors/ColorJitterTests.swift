import Autograd
import Imaging
import TestSupport
import Testing

@Suite struct ColorJitterTests {
  private func source() throws -> Image {
    Image(width: 40, height: 40, pixels: try Golden("color-jitter")["source"].bytes)
  }

  @Test(arguments: [
    "brightness.0.5", "brightness.1.4", "contrast.0.6", "contrast.1.5", "saturation.0.3", "saturation.1.75",
    "hue.-0.5", "hue.-0.13", "hue.0.0", "hue.0.1",
  ])
  func bytesEqualTorchvision(_ change: String) throws {
    let parts = change.split(separator: ".", maxSplits: 1)
    let factor = try #require(Float(parts[1]))
    let image = try source()
    let changed =
      switch parts[0] {
      case "brightness": image.adjustingBrightness(factor)
      case "contrast": image.adjustingContrast(factor)
      case "saturation": image.adjustingSaturation(factor)
      default: image.adjustingHue(factor)
      }
    #expect(changed.pixels == (try Golden("color-jitter")[change].bytes))
  }

  @Test func greyEqualsPillow() throws {
    #expect(try source().grey.pixels == Golden("color-jitter")["grey"].bytes)
  }

  @Test func factorOneChangesNothing() throws {
    let image = try source()
    #expect(image.adjustingBrightness(1) == image)
    #expect(image.adjustingContrast(1) == image)
    #expect(image.adjustingSaturation(1) == image)
  }
}
