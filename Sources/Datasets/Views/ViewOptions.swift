public import Autograd
public import Configuration
public import Imaging

/// How the colours and the focus of a photograph's views are varied, and how a second view is cut.
///
/// The defaults are those of Ru et al.: Token Contrast, CVPR 2023, which took them from DINO (ICCV 2021).
public struct ViewOptions: Section, Validatable {
  public static let documentation = [
    "jitter": "probability that a view's colours are changed",
    "brightness": "largest relative change of the brightness",
    "contrast": "largest relative change of the contrast",
    "saturation": "largest relative change of the saturation",
    "hue": "largest rotation of the hue, in turns (at most 0.5)",
    "grayscale": "probability that a view loses its colours",
    "blurRadius": "smallest and largest radius of the blur, in pixels",
    "blur": "probability that the trained view, the second one, and the one of small crops are blurred",
    "solarize": "probability that the bright values of the second view are inverted",
    "area": "smallest and largest part of the photograph that the second view shows",
  ]

  /// The probability that a view's colours are changed.
  public var jitter: Float = 0.8
  /// The largest relative change of the brightness.
  public var brightness: Float = 0.4
  /// The largest relative change of the contrast.
  public var contrast: Float = 0.4
  /// The largest relative change of the saturation.
  public var saturation: Float = 0.2
  /// The largest rotation of the hue, in turns.
  public var hue: Float = 0.1
  /// The probability that a view loses its colours.
  public var grayscale: Float = 0.2
  /// The smallest and the largest radius of the blur, in pixels.
  public var blurRadius: [Float] = [0.1, 2]
  /// The probabilities of a blur: of the view that is trained on, of the second view, of the small crops'.
  public var blur: [Float] = [1, 0.1, 0.5]
  /// The probability that the second view is solarised.
  public var solarize: Float = 0.2
  /// The smallest and the largest part of the photograph that the second view shows.
  public var area: [Float] = [0.4, 1]

  public init() {}

  public func validate() throws(ConfigurationError) {
    let probabilities = [("jitter", jitter), ("grayscale", grayscale), ("solarize", solarize)]
    for (key, value) in probabilities where !(0...1).contains(value) {
      throw .invalid(key, "is \(value); use a probability from 0 to 1")
    }
    let changes = [("brightness", brightness), ("contrast", contrast), ("saturation", saturation)]
    for (key, value) in changes where !(0...1).contains(value) {
      throw .invalid(key, "is \(value); use a number from 0 to 1")
    }
    guard (0...0.5).contains(hue) else { throw .invalid("hue", "is \(hue); use a number from 0 to 0.5") }
    guard blur.count == 3, blur.allSatisfy({ (0...1).contains($0) }) else {
      throw .invalid("blur", "is \(blur); list three probabilities from 0 to 1")
    }
    guard blurRadius.count == 2, blurRadius[0] >= 0, blurRadius[0] <= blurRadius[1], blurRadius[1] <= 100
    else { throw .invalid("blur_radius", "is \(blurRadius); write [smallest, largest] from 0 to 100") }
    guard area.count == 2, area[0] > 0, area[0] <= area[1], area[1] <= 1 else {
      throw .invalid("area", "is \(area); write [smallest, largest] above 0 and up to 1")
    }
  }

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
