public import Autograd
public import Configuration
public import Imaging

/// The longest side in pixels that a training image is scaled to.
private let longestSide: Float = 16384
/// The largest factor that a training image is scaled by.
private let largestFactor: Float = 32

/// How training samples are varied: scale, flip, random placement in a square window, colour.
public struct Augmentation: Section, Validatable {
  /// What the numbers of `scale` are.
  public enum Scaling: String, Codable, Sendable {
    /// Factors of the picture's own size.
    case factor
    /// Lengths of the shorter side in pixels.
    case shortSide = "short-side"
    /// Lengths of the longer side in pixels.
    case longSide = "long-side"
  }

  /// What is outside the picture.
  public enum Padding: String, Codable, Sendable {
    /// The mean colour: zero after normalisation.
    case mean
    /// Black pixels.
    case black
  }

  @Setting("side of the square window that is trained on, in pixels", 1...8192)
  public var crop = 224
  @Setting("what the numbers of scale are: factor, short-side or long-side (pixels)")
  public var scaling = Scaling.factor
  @Setting(
    "smallest and largest scale; one is drawn for each sample",
    .where("write [smallest, largest], both above 0 and up to \(Int(longestSide))") {
      $0.count == 2 && $0[0] > 0 && $0[0] <= $0[1] && $0[1] <= longestSide
    })
  public var scale: [Float] = [0.5, 2]
  @Setting("probability that left and right are exchanged", .where("a probability is 0 to 1") { 0...1 ~= $0 })
  public var flip: Float = 0.5
  @Setting(
    "colour jitter: largest relative change of the brightness, 0 to 1", .where("it is 0 to 1") { 0...1 ~= $0 }
  )
  public var brightness: Float = 0
  @Setting(
    "colour jitter: largest relative change of the contrast, 0 to 1", .where("it is 0 to 1") { 0...1 ~= $0 })
  public var contrast: Float = 0
  @Setting(
    "colour jitter: largest relative change of the saturation, 0 to 1", .where("it is 0 to 1") { 0...1 ~= $0 }
  )
  public var saturation: Float = 0
  @Setting(
    "colour jitter: largest rotation of the hue, in turns (at most 0.5)",
    .where("it is 0 to 0.5") { 0...0.5 ~= $0 })
  public var hue: Float = 0
  @Setting("what is outside a picture smaller than the window: mean (colour) or black")
  public var padding = Padding.mean

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard scaling != .factor || scale[1] <= largestFactor else {
      throw .invalid(
        "scale",
        "is \(scale), which scaling: factor takes as factors; use factors up to \(Int(largestFactor)), or "
          + "scaling: short-side or long-side for pixels")
    }
  }

  /// Draws how a picture of `width` × `height` is placed in the window.
  ///
  /// The picture is scaled and flipped, laid at a random position on a canvas that is as large as picture and
  /// window together need, and a random window of the canvas is kept: ToCo, Ru et al., CVPR 2023.
  public func geometry(width: Int, height: Int, random: inout Philox) -> Geometry {
    let drawn = random.uniform(in: scale[0]...scale[1])
    let factor =
      switch scaling {
      case .factor: drawn
      case .shortSide: drawn / Float(min(width, height))
      case .longSide: drawn / Float(max(width, height))
      }
    let scaledWidth = max(1, Int((Float(width) * factor).rounded()))
    let scaledHeight = max(1, Int((Float(height) * factor).rounded()))
    let canvasWidth = max(crop, scaledWidth)
    let canvasHeight = max(crop, scaledHeight)
    return Geometry(
      sourceWidth: width, sourceHeight: height, scaledWidth: scaledWidth, scaledHeight: scaledHeight,
      isFlipped: random.uniform() < flip,
      padLeft: random.integer(in: 0..<canvasWidth - scaledWidth + 1),
      padTop: random.integer(in: 0..<canvasHeight - scaledHeight + 1),
      cropLeft: random.integer(in: 0..<canvasWidth - crop + 1),
      cropTop: random.integer(in: 0..<canvasHeight - crop + 1), width: crop, height: crop)
  }

  /// The picture with its colours changed at random: brightness, contrast, saturation, hue, in this order.
  ///
  /// What a factor is drawn from: 1 ± the option; torchvision's `ColorJitter` with the order fixed.
  public func recolored(_ image: Image, random: inout Philox) -> Image {
    var image = image
    if brightness > 0 {
      image = image.adjustingBrightness(random.uniform(in: 1 - brightness...1 + brightness))
    }
    if contrast > 0 { image = image.adjustingContrast(random.uniform(in: 1 - contrast...1 + contrast)) }
    if saturation > 0 {
      image = image.adjustingSaturation(random.uniform(in: 1 - saturation...1 + saturation))
    }
    if hue > 0 { image = image.adjustingHue(random.uniform(in: -hue...hue)) }
    return image
  }
}
