public import Autograd
public import Configuration
public import Imaging

/// How the colours and the focus of a photograph's views are varied, and how a second view is cut.
///
/// The defaults are those of Ru et al.: Token Contrast, CVPR 2023, which took them from DINO (ICCV 2021).
public struct ViewOptions: Section {
  @Setting(
    "probability that a view's colours are changed",
    .where("use a probability from 0 to 1") { 0...1 ~= $0 })
  public var jitter: Float = 0.8
  @Setting("largest relative change of the brightness, 0 to 1", 0...1) public var brightness: Float = 0.4
  @Setting("largest relative change of the contrast, 0 to 1", 0...1) public var contrast: Float = 0.4
  @Setting("largest relative change of the saturation, 0 to 1", 0...1) public var saturation: Float = 0.2
  @Setting("largest rotation of the hue, in turns (at most 0.5)", 0...0.5) public var hue: Float = 0.1
  @Setting(
    "probability that a view loses its colours",
    .where("use a probability from 0 to 1") { 0...1 ~= $0 })
  public var grayscale: Float = 0.2
  @Setting(
    "smallest and largest radius of the blur, in pixels, 0 to 100",
    .where("write [smallest, largest] from 0 to 100") { isInterval($0, within: 0...100) })
  public var blurRadius: [Float] = [0.1, 2]
  @Setting(
    "probability that the trained view, the second one, and the one of small crops are blurred",
    .where("list three probabilities from 0 to 1") { $0.count == 3 && $0.allSatisfy { 0...1 ~= $0 } })
  public var blur: [Float] = [1, 0.1, 0.5]
  @Setting(
    "probability that the bright values of the second view are inverted",
    .where("use a probability from 0 to 1") { 0...1 ~= $0 })
  public var solarize: Float = 0.2
  @Setting(
    "smallest and largest part of the photograph that the second view shows",
    .where("write [smallest, largest] above 0 and up to 1") {
      isInterval($0, within: .leastNonzeroMagnitude...1)
    })
  public var area: [Float] = [0.4, 1]

  public init() {}

  /// The picture with its colours changed or taken away at random.
  public func recolored(_ image: Image, random: inout Philox) -> Image {
    var image = image
    if random.uniform() < jitter {
      var colors = Augmentation()
      colors.brightness = brightness
      colors.contrast = contrast
      colors.saturation = saturation
      colors.hue = hue
      image = colors.recolored(image, random: &random)
    }
    return random.uniform() < grayscale ? image.grey : image
  }

  /// The picture, out of focus with the probability of `blur` for the view with this index.
  public func refocused(_ image: Image, view index: Int, random: inout Philox) -> Image {
    guard random.uniform() < blur[index] else { return image }
    return image.blurred(radius: random.uniform(in: blurRadius[0]...blurRadius[1]))
  }
}

/// Whether `values` are the ends of an interval that lies within `range`.
private func isInterval(_ values: [Float], within range: ClosedRange<Float>) -> Bool {
  values.count == 2 && values.allSatisfy(range.contains) && values[0] <= values[1]
}
