public import Autograd
import Configuration
import Foundation
import Imaging

/// What each pixel adds to the target on the way from a baseline to the image
/// (Sundararajan et al.: Axiomatic Attribution for Deep Networks, 2017).
///
///     L(p) = Σ_c (x_c − x⁰_c)(p) ∫₀¹ ∂t/∂x_c (x⁰ + a (x − x⁰))(p) da
///
/// Completeness: L adds up to t(x) − t(x⁰). How far the sum of some steps is from that is a figure of the
/// explanation, `completeness error`; more steps make it smaller.
public struct IntegratedGradients: Explainer {
  public static let name = "integrated-gradients"

  /// The image that counts as empty.
  public enum Baseline: String, Codable, Sendable, CaseIterable {
    /// The mean colour that images are normalised by.
    case mean
    case black
  }

  /// Where the path is looked at.
  public enum Rule: String, Codable, Sendable, CaseIterable {
    case gaussLegendre = "gauss-legendre"
    /// The middles of equal steps.
    case midpoint
    /// The beginnings of equal steps.
    case left
  }

  @Setting("points of the path", 1...1000) public var steps = 50
  @Setting("the image that counts as empty: mean or black") public var baseline = Baseline.mean
  @Setting("where the path is looked at: gauss-legendre, midpoint or left") public var rule =
    Rule.gaussLegendre

  public init() {}

  public var explainsAnyStage: Bool { false }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let (images, start) = (capture.images, start(capture))
    let nodes = rule.nodes(steps)
    let way = images - start
    var integral = Tensor.zeros([capture.imageOfRow.count, images.shape[1], images.shape[2], 3])
    capture.replayImages(nodes.count) {
      start + way * nodes[$0].place
    } _: { step, gradient in
      integral = integral + gradient * nodes[step].weight
    }
    let evidence = way.gathered(capture.imageOfRow, axis: 0) * integral
    return capture.byImage(evidence.sum(axes: [3]))
  }

  /// What the target gains from the baseline to the image, and how far the map's sum is from that.
  public func figures(_ capture: Capture, maps: Tensor) -> [String: [Float]] {
    let rows = capture.imageOfRow.count
    let logits = capture.classifier.logits(capture.classifier.features(start(capture)))
    let empty = capture.target(logits.gathered(capture.imageOfRow, axis: 0), classes: capture.classOfRow)
    let gain = capture.scores - empty
    let sums = maps.sum(axes: [1, 2]).reshaped(to: [rows])
    return ["gain": gain.scalars, "completeness error": (sums - gain).absoluteValue().scalars]
  }

  /// The baseline of each image.
  private func start(_ capture: Capture) -> Tensor {
    let color: [Float] =
      switch baseline {
      case .mean: [0, 0, 0]
      case .black:
        zip(capture.classifier.normalization.mean, capture.classifier.normalization.deviation)
          .map { -$0 / $1 }
      }
    return Tensor(color, shape: [1, 1, 1, 3]).stretched(to: capture.images.shape)
  }
}

extension IntegratedGradients.Rule {
  /// Where a function on 0 … 1 is looked at, and how much each place counts.
  func nodes(_ count: Int) -> [(place: Float, weight: Float)] {
    let step = 1 / Float(count)
    switch self {
    case .gaussLegendre: return Self.legendre(count)
    case .midpoint: return (0..<count).map { ((Float($0) + 0.5) * step, step) }
    case .left: return (0..<count).map { (Float($0) * step, step) }
    }
  }

  /// The roots of the Legendre polynomial of degree `count`, by Newton's method.
  private static func legendre(_ count: Int) -> [(place: Float, weight: Float)] {
    (1...count).map { index in
      var root = -cos(Double.pi * (Double(index) - 0.25) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (last, value) = (1.0, root)
        for degree in stride(from: 2, through: count, by: 1) {
          let degree = Double(degree)
          (last, value) = (value, ((2 * degree - 1) * root * value - (degree - 1) * last) / degree)
        }
        slope = Double(count) * (root * value - last) / (root * root - 1)
        let step = value / slope
        root -= step
        if abs(step) < 1e-15 { break }
      }
      return (Float((root + 1) / 2), Float(1 / ((1 - root * root) * slope * slope)))
    }
  }
}
