import Autograd
import Configuration
import Datasets
import Imaging
import Testing

@Suite struct AugmentationTests {
  @Test func pictureAndWindowAlwaysMeet() {
    var augmentation = Augmentation()
    augmentation.crop = 64
    var random = Philox(seed: 4, name: "augmentation test")
    var flips = 0
    var (smallest, largest) = (10.0, 0.0)
    for _ in 0..<400 {
      let geometry = augmentation.geometry(width: 100, height: 60, random: &random)
      #expect(geometry.width == 64 && geometry.height == 64)
      let scale = Double(geometry.scaledWidth) / 100
      (smallest, largest) = (min(smallest, scale), max(largest, scale))
      #expect(abs(Double(geometry.scaledHeight) / 60 - scale) < 0.02)
      let box = geometry.box
      #expect(box.right - box.left == min(64, geometry.scaledWidth), "as much as possible is in the window")
      #expect(box.bottom - box.top == min(64, geometry.scaledHeight))
      flips += geometry.isFlipped ? 1 : 0
    }
    #expect((150...250).contains(flips))
    #expect(smallest < 0.55 && smallest >= 0.5 && largest > 1.9 && largest <= 2)
  }

  @Test func sidesCanBeGivenInPixels() {
    var augmentation = Augmentation()
    augmentation.scale = [80, 80]
    var random = Philox(seed: 4)
    augmentation.scaling = .shortSide
    let short = augmentation.geometry(width: 100, height: 50, random: &random)
    #expect([short.scaledWidth, short.scaledHeight] == [160, 80])
    augmentation.scaling = .longSide
    let long = augmentation.geometry(width: 100, height: 50, random: &random)
    #expect([long.scaledWidth, long.scaledHeight] == [80, 40])
  }

  @Test func colorsChangeOnlyWhenAsked() {
    let image = Image(width: 3, height: 2, pixels: (0..<18).map { UInt8($0 * 13) })
    var random = Philox(seed: 4)
    #expect(Augmentation().recolored(image, random: &random) == image)
    var augmentation = Augmentation()
    augmentation.saturation = 0.5
    #expect(augmentation.recolored(image, random: &random) != image)
  }

  @Test(arguments: [
    (["crop": 0.0], "crop: is 0; use 1 to 8192"),
    (["flip": 1.5], "flip: is 1.5; a probability is 0 to 1"),
    (["low": 3], "scale: is [3.0, 2.0]; write [smallest, largest], both above 0 and up to 16384"),
    (["hue": 0.75], "hue: is 0.75; it is 0 to 0.5"),
    (["contrast": -1], "contrast: is -1.0; it is 0 to 1"),
  ]) func impossibleOptionsAreRefused(change: [String: Double], message: String) throws {
    var augmentation = Augmentation()
    if let crop = change["crop"] { augmentation.crop = Int(crop) }
    if let flip = change["flip"] { augmentation.flip = Float(flip) }
    if let low = change["low"] { augmentation.scale[0] = Float(low) }
    if let hue = change["hue"] { augmentation.hue = Float(hue) }
    if let contrast = change["contrast"] { augmentation.contrast = Float(contrast) }
    let error = #expect(throws: ConfigurationError.self) { try augmentation.check() }
    #expect(error?.description == message)
  }
}
