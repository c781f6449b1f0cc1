public import Autograd
public import Configuration
public import Imaging
import Models

/// Pixel-adaptive refinement: scores flow to neighbours of similar colour
/// (Ru, Zheng, Zhan, Du: Token Contrast for Weakly-Supervised Semantic Segmentation, 2023; AFA, 2022).
///
/// Neighbours j are the rings of 8 at each dilation, border pixels repeated outwards. With σ_c the unbiased
/// standard deviation of the neighbours' colours,
///
///     w_j = softmax_j(-mean_c(|I_c(p + o_j) - I_c(p)| / (σ_c + 1e-8) / τ)²) + β softmax_j(-(r_j / σ_r / τ)²)
///     m(p) ← Σ_j w_j m(p + o_j), `iterations` times
///
/// The weights of a pixel add up to 1 + β, so all channels grow by the same factor and labels do not change
/// by it.
public struct PAR: Refiner {
  public static let name = "par"

  @Setting("How often scores move to their neighbours.", 0...1000) public var iterations = 10
  @Setting(
    "The distances of the rings of eight neighbours, in pixels, 1 to 1024; 12 at most.",
    .each(.within(1...1024), remedy: "use a list of numbers from 1 to 1024"), .count(0...12))
  public var dilations = [1, 2, 4, 8, 12, 24]
  @Setting(
    "τ: differences of colour below this many standard deviations count as similar.", .above(0, upTo: 1000))
  public var tolerance: Float = 0.3
  @Setting("β: the weight of nearness beside similarity.", 0...1000) public var positionWeight: Float = 0.01

  public init() {}

  public func refine(_ scores: Tensor, image: Image, evidence: Tensor?) -> Tensor {
    checkScores(scores, image, Self.name)
    let (height, width, channels) = (scores.shape[0], scores.shape[1], scores.shape[2])
    let affinity = PixelAffinity(
      image: image, neighborhood: PixelNeighborhood(dilations: dilations), tolerance: tolerance,
      positionWeight: positionWeight)
    let layout = PaddedPlanes(
      height: height, width: width, planes: channels, radius: affinity.neighborhood.radius)
    var planes = scores.withSpan { scores in
      layout.filled { row, column, plane in scores[(row * width + column) * channels + plane] }
    }
    for _ in 0..<iterations { planes = affinity.spread(planes, layout: layout) }
    return Tensor(shape: scores.shape) { out in
      planes.withSpan { planes in
        for row in 0..<height {
          for plane in 0..<channels {
            let start = (row * channels + plane) * layout.rowStride + layout.margin
            for column in 0..<width {
              out[(row * width + column) * channels + plane] = planes[start + column]
            }
          }
        }
      }
    }
  }
}
