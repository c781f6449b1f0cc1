public import Autograd
public import Imaging

/// Labels for the decoder, made from class maps during training.
///
/// Shares of the classes beside a constant background are fitted to the photograph's outlines twice, with a
/// high and a low background. A pixel shows its class where the high background loses, is background where
/// both win, and stays undecided otherwise (Ru et al., CVPR 2023, section 3.5).
public struct OnlineLabels: Sendable {
  /// The low and the high value of the background, 0 … 1.
  public var band: TrustedLabels
  /// What fits shares to outlines, at half the resolution.
  public var refinement = PAR()

  /// Labels with these backgrounds.
  public init(band: TrustedLabels) {
    self.band = band
  }

  /// The label of every pixel, row by row: a class id, 0, or 255 where undecided.
  ///
  /// `maps` are `[height, width, classes]` with values 0 … 1 at the size of `image`, whose sides are even;
  /// channel i is the class at `classes[i]`.
  public func callAsFunction(_ maps: Tensor, classes: [Int], image: Image) -> [Float] {
    let high = labels(maps, classes: classes, image: image, background: band.upper)
    let low = labels(maps, classes: classes, image: image, background: band.lower)
    return high.indices.map { pixel in
      high[pixel] > 0 ? high[pixel] : low[pixel] > 0 ? 255 : 0
    }
  }

  private func labels(_ maps: Tensor, classes: [Int], image: Image, background: Float) -> [Float] {
    let (height, width) = (image.height / 2, image.width / 2)
    let small = maps.reshaped(to: [1, image.height, image.width, classes.count])
      .resized(height: height, width: width, .bilinear)
      .reshaped(to: [height, width, classes.count])
    let constant = Tensor(repeating: background, shape: [height, width, 1])
    let shares = Tensor.concatenated([constant, small], axis: 2).softmax()
    let refined = refinement.refine(
      shares, image: image.resized(width: width, height: height, .bilinearPlain))
    let ids = [Float(0)] + classes.map { Float($0 + 1) }
    return refined.reshaped(to: [1, height, width, ids.count])
      .resized(height: image.height, width: image.width, .bilinear)
      .argmax(axis: 3).scalars.map { ids[Int($0)] }
  }
}
