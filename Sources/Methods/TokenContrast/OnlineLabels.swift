public import Autograd
public import Imaging
public import WeakSupervision

/// Labels for the decoder, made from class maps during training.
///
/// Probabilities of the classes beside a constant background are fitted to the photograph's outlines twice,
/// with a high and a low background. A pixel shows its class where the high background loses, is background
/// where both win, and stays undecided otherwise (Ru et al., CVPR 2023, section 3.5).
public struct OnlineLabels: Sendable {
  /// The low and the high value of the background, 0 … 1.
  public var band: TrustedLabels
  /// What fits probabilities to outlines, at half the resolution; empty for maps as they are.
  public var refiners: [any Refiner]

  /// Labels with these backgrounds, refined by these steps.
  public init(band: TrustedLabels, refiners: [any Refiner] = [PAR()]) {
    self.band = band
    self.refiners = refiners
  }

  /// The label of every pixel, row by row: a class id, 0, or 255 where undecided.
  ///
  /// `maps` are `[height, width, classes]` with values 0 … 1 at the size of `image`, whose sides are even;
  /// channel i is the class at `classes[i]`.
  public func callAsFunction(_ maps: Tensor, classes: [Int], image: Image) -> [Float] {
    guard !classes.isEmpty else { return [Float](repeating: 0, count: image.width * image.height) }
    let (height, width) = (image.height / 2, image.width / 2)
    let small = maps.reshaped(to: [1, image.height, image.width, classes.count])
      .resized(height: height, width: width, .bilinear)
      .reshaped(to: [height, width, classes.count])
    let probabilities = [band.upper, band.lower].map { background in
      Tensor.concatenated(
        [Tensor(repeating: background, shape: [height, width, 1]), small], axis: 2
      ).softmax()
    }
    let refined = refined(probabilities, image: image.resized(width: width, height: height, .bilinearPlain))
    let ids = [Float(0)] + classes.map { Float($0 + 1) }
    let labels = refined.map { probabilities in
      probabilities.reshaped(to: [1, height, width, ids.count])
        .resized(height: image.height, width: image.width, .bilinear)
        .argmax(axis: 3).scalars.map { ids[Int($0)] }
    }
    return TwoBackgrounds.agreed(high: labels[0], low: labels[1], undecided: 255)
  }

  /// Both sets of probabilities after the refiners.
  private func refined(_ probabilities: [Tensor], image: Image) -> [Tensor] {
    guard !refiners.isEmpty, refiners.allSatisfy({ $0 is PAR }) else {
      return probabilities.map { refiners.refine($0, image: image) }
    }
    // PAR moves each channel by itself, so its weights need to be made only once.
    let channels = probabilities[0].shape[2]
    let joined = refiners.refine(Tensor.concatenated(probabilities, axis: 2), image: image)
    return probabilities.indices.map { joined.slice(axis: 2, $0 * channels..<($0 + 1) * channels) }
  }
}

/// Labels from class maps with a band of values in which nothing is believed.
///
/// With `v = max_c M_c` over the classes that the image is known to hold: background where `v ≤ lower`, the
/// class of the maximum where `v > upper`, and 255 between (Ru et al., CVPR 2023, equation 2).
public struct TrustedLabels: Sendable {
  /// Up to this value a pixel is background; 0 … 1.
  public var lower: Float
  /// Above this value a pixel shows its class; at least `lower`.
  public var upper: Float

  /// Labels with this band.
  public init(lower: Float, upper: Float) {
    self.lower = lower
    self.upper = upper
  }

  /// The label of every position of `[height, width, classes]` with values 0 … 1, row by row; channel i is
  /// the class at `classes[i]`, whose id is its index + 1.
  public func callAsFunction(_ maps: Tensor, classes: [Int]) -> [Float] {
    let count = maps.shape[0] * maps.shape[1]
    return maps.withSpan { maps in
      (0..<count).map { position in
        var (best, value) = (0, -Float.infinity)
        for index in classes.indices where maps[position * classes.count + index] > value {
          (best, value) = (classes[index] + 1, maps[position * classes.count + index])
        }
        return value <= lower ? 0 : value <= upper ? 255 : Float(best)
      }
    }
  }
}
