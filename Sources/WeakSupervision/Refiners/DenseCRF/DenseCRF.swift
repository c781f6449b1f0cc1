public import Autograd
public import Configuration
import Foundation
public import Imaging
import Models

/// A fully connected conditional random field, solved by mean field over the permutohedral lattice
/// (Krähenbühl, Koltun: Efficient Inference in Fully Connected CRFs with Gaussian Edge Potentials, 2011).
///
/// Pixels that are near each other (smooth) or near and of similar colour (bilateral) want the same label.
/// Distances are pixels of the image as given: the defaults fit photographs of about 500 pixels, and
/// `sigma_xy` should shrink with smaller ones.
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

  private func marginals(_ logProbabilities: Tensor, _ image: Image) -> Tensor {
    var kernels: [MeanField.Kernel] = []
    if smoothWeight > 0 {
      let lattice = PermutohedralLattice(image, sigma: smoothSigma).symmetricallyNormalized()
      kernels.append(MeanField.Kernel(lattice: lattice, weight: smoothWeight))
    }
    if bilateralWeight > 0 {
      let lattice = PermutohedralLattice(image, sigma: sigmaXy, colorSigma: sigmaRgb)
        .symmetricallyNormalized()
      kernels.append(MeanField.Kernel(lattice: lattice, weight: bilateralWeight))
    }
    return MeanField(kernels: kernels).marginals(logProbabilities, iterations: iterations)
  }
}
