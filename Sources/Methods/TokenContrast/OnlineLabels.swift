public import Autograd
public import Imaging
public import WeakSupervision

/// Labels for the decoder, made from class maps during training.
///
/// Probabilities of the classes beside a constant background are fitted to the photograph's outlines twice, with a
/// high and a low background. A pixel shows its class where the high background loses, is background where
/// both win, and stays undecided otherwise (Ru et al., CVPR 2023, section 3.5).
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
