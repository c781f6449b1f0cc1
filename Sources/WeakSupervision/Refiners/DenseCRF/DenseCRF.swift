public import Autograd
public import Configuration
import Foundation
public import Imaging
import Models

/// A fully connected conditional random field, solved by mean field over the permutohedral lattice
/// (Krähenbühl, Koltun: Efficient Inference in Fully Connected CRFs with Gaussian Edge Potentials, 2011).
///
/// Pixels that are near each other (smooth) or near and of similar colour (bilateral) want the same label.
/// The defaults fit photographs of about 500 pixels. With a `reference_size` R, distances are meant for
/// photographs whose longer side is R and follow the size of each one; with `texture` t, colours have to
/// differ by more than they do within surfaces, whose deviation is `s` (`Image.texture`):
///
///     σ_xy ← σ_xy longer side / R, the smooth kernel's alike
///     σ_rgb ← √(σ_rgb² + (t s)²)
///
/// Two colours of one surface differ by √2 s in each channel, and what the kernel takes for another surface
/// frays into streaks. Variances of independent causes add up, so a flat image keeps its σ_rgb.
public struct DenseCRF: Refiner {
  public static let name = "dense-crf"

  @Setting("Mean-field updates.", 0...1000) public var iterations = 10
  @Setting("The weight of agreeing with near pixels.", 0...10_000) public var smoothWeight: Float = 3
  @Setting("How far near is, in pixels.", 0.1...10_000) public var smoothSigma: Float = 1
  @Setting("The weight of agreeing with near pixels of similar colour.", 0...10_000)
  public var bilateralWeight: Float = 4
  @Setting("How far near is for the bilateral kernel, in pixels.", 0.1...10_000) public var sigmaXy: Float =
    67
  @Setting("How far similar is, in levels of 0 to 255.", 0.1...10_000) public var sigmaRgb: Float = 3
  @Setting(
    "The longer side of photographs that distances are meant for, in pixels; 0 takes them as they are.",
    .where("use 0, or 16 to 8192") { $0 == 0 || 16...8192 ~= $0 })
  public var referenceSize = 0
  @Setting("How many deviations of the photograph's texture count as similar; 0 for none.", 0...100)
  public var texture: Float = 0

  public init() {}

  /// The marginals of the field whose unary energies are `-log(clip(score, 1e-5, 1))`; each pixel's add up
  /// to 1.
  public func refine(_ scores: Tensor, image: Image, evidence: Tensor?) -> Tensor {
    checkScores(scores, image, Self.name)
    let logProbabilities = Tensor(shape: scores.shape) { out in
      scores.withSpan { scores in
        for index in out.indices { out[index] = log(min(max(scores[index], 1e-5), 1)) }
      }
    }
    return marginals(logProbabilities, image)
  }

  /// The marginals of the field around hard labels.
  ///
  /// A labelled pixel has probability `certainty` for its label and shares the rest among the others; pixels
  /// with any id from `channels` up, such as 255, are undecided (pydensecrf, `unary_from_labels`).
  ///
  /// - Parameters:
  ///   - labels: one channel per pixel, row by row; 0 is background.
  ///   - channels: the number of channels, at least 2.
  ///   - certainty: the probability of the given label, between 0 and 1.
  ///   - image: the photograph.
  /// - Returns: `[height, width, channels]`.
  public func refine(labels: [UInt8], channels: Int, certainty: Float, image: Image) -> Tensor {
    precondition(
      labels.count == image.width * image.height && channels >= 2 && certainty > 0 && certainty < 1,
      "dense-crf: \(labels.count) labels in \(channels) channels at certainty \(certainty) for an image of "
        + "\(image.height) × \(image.width)")
    let (own, other) = (log(certainty), log((1 - certainty) / Float(channels - 1)))
    let undecided = log(1 / Float(channels))
    let logProbabilities = Tensor(shape: [image.height, image.width, channels]) { out in
      for (pixel, label) in labels.enumerated() {
        for channel in 0..<channels {
          out[pixel * channels + channel] =
            Int(label) >= channels ? undecided : Int(label) == channel ? own : other
        }
      }
    }
    return marginals(logProbabilities, image)
  }

  /// The same field with distances `strength` times as far.
  public func atStrength(_ strength: Float) -> any Refiner {
    var copy = self
    copy.smoothSigma = Self.width(smoothSigma * strength)
    copy.sigmaXy = Self.width(sigmaXy * strength)
    return copy
  }

  /// The field with the widths that fit a photograph, in its own pixels and levels.
  func fitted(to image: Image) -> DenseCRF {
    var copy = self
    copy.referenceSize = 0
    copy.texture = 0
    if referenceSize > 0 {
      let factor = image.widthFactor(reference: referenceSize)
      copy.smoothSigma = Self.width(smoothSigma * factor)
      copy.sigmaXy = Self.width(sigmaXy * factor)
    }
    if texture > 0 {
      let surface = texture * image.texture
      copy.sigmaRgb = (sigmaRgb * sigmaRgb + surface * surface).squareRoot()
    }
    return copy
  }

  /// The width within what the options allow: far below a pixel the lattice has no room.
  private static func width(_ sigma: Float) -> Float { min(max(sigma, 0.1), 10_000) }

  private func marginals(_ logProbabilities: Tensor, _ image: Image) -> Tensor {
    let fitted = fitted(to: image)
    var kernels: [MeanField.Kernel] = []
    if smoothWeight > 0 {
      let lattice = PermutohedralLattice(image, sigma: fitted.smoothSigma).symmetricallyNormalized()
      kernels.append(MeanField.Kernel(lattice: lattice, weight: smoothWeight))
    }
    if bilateralWeight > 0 {
      let lattice = PermutohedralLattice(image, sigma: fitted.sigmaXy, colorSigma: fitted.sigmaRgb)
        .symmetricallyNormalized()
      kernels.append(MeanField.Kernel(lattice: lattice, weight: bilateralWeight))
    }
    return MeanField(kernels: kernels).marginals(logProbabilities, iterations: iterations)
  }
}
