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
/// by it. With a `reference_size` R, dilations are meant for photographs whose longer side is R pixels, and
/// become `dilation · longer side / R` on each one, rounded, each ring once.
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
  @Setting(
    "The longer side of photographs that dilations are meant for, in pixels; 0 takes them as they are.",
    .where("use 0, or 16 to 8192") { $0 == 0 || 16...8192 ~= $0 })
  public var referenceSize = 0

  public init() {}

  /// The same refinement with dilations `strength` times as large.
  public func atStrength(_ strength: Float) -> any Refiner {
    var copy = self
    copy.dilations = Self.scaled(dilations, by: strength, upTo: 1024)
    return copy
  }

  /// The dilations that fit a photograph, in its own pixels.
  func dilations(on image: Image) -> [Int] {
    guard referenceSize > 0 else { return dilations }
    // Rings beyond the image see its border alone.
    return Self.scaled(
      dilations, by: image.widthFactor(reference: referenceSize), upTo: max(image.width, image.height))
  }

  /// The dilations times `factor`, whole numbers from 1 to `limit`, each once, in order of the first.
  private static func scaled(_ dilations: [Int], by factor: Float, upTo limit: Int) -> [Int] {
    dilations.reduce(into: []) { rings, dilation in
      let ring = min(max(1, Int((Float(dilation) * factor).rounded())), limit)
      if !rings.contains(ring) { rings.append(ring) }
    }
  }

  public func refine(_ scores: Tensor, image: Image, evidence: Tensor?) -> Tensor {
    checkScores(scores, image, Self.name)
    let (height, width, channels) = (scores.shape[0], scores.shape[1], scores.shape[2])
    let affinity = PixelAffinity(
      image: image, neighborhood: PixelNeighborhood(dilations: dilations(on: image)), tolerance: tolerance,
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
