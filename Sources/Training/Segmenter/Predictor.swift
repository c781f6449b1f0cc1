public import Autograd
public import Imaging
public import Models
import NeuralNetwork

/// Class probabilities for images of any size, from a segmentation network.
public struct Predictor {
  private let backbone: any Backbone
  private let head: any SegmentationHead
  /// How images are resized, cut into windows and joined again.
  private let options: EvaluateOptions
  private let normalization: Normalization

  /// The predictor of a backbone with a head, whose input is normalised so.
  public init(
    _ backbone: any Backbone, _ head: any SegmentationHead, _ options: EvaluateOptions,
    _ normalization: Normalization
  ) {
    self.normalization = normalization
    self.backbone = backbone
    self.head = head
    self.options = options
  }

  /// The predictor of a segmentation network.
  public init(_ network: SegmentationNetwork, _ options: EvaluateOptions) {
    self.init(network.backbone, network.head, options, network.normalization)
  }

  /// Probabilities `[height, width, classes]` at the image's own size, from all scales and mirror images.
  public func probabilities(_ image: Image, scales: [Float] = [1], flip: Bool = false) -> Tensor {
    options.merge.probabilities(
      scales.map { scale in
        let scaled = resized(image, by: scale)
        return (flip ? [scaled, scaled.flippedHorizontally] : [scaled]).enumerated().map { index, view in
          let map = scores(of: view, height: image.height, width: image.width)
          return index == 1 ? map.flipped(axis: 1) : map
        }
      })
  }

  private func resized(_ image: Image, by scale: Float) -> Image {
    let width = Float(options.baseSize > 0 ? options.baseSize : image.width) * scale
    let height = Float(options.baseSize > 0 ? options.baseSize : image.height) * scale
    let size = (width: max(1, Int(width.rounded())), height: max(1, Int(height.rounded())))
    guard size != (image.width, image.height) else { return image }
    return image.resized(width: size.width, height: size.height, .bilinear)
  }

  /// The scores `[height, width, classes]` of one view, whole or in windows, brought to `height` × `width`.
  private func scores(of view: Image, height: Int, width: Int) -> Tensor {
    let grid = WindowGrid(imageHeight: view.height, imageWidth: view.width, side: options.window)
    let scores = grid.mean(of: view, scores)
    guard view.height != height || view.width != width else { return scores }
    return scores.reshaped(to: [1, view.height, view.width, scores.shape[2]])
      .resized(height: height, width: width, .bilinear)
      .reshaped(to: [height, width, scores.shape[2]])
  }

  /// One forward pass, `[height, width, classes]`: the image is padded to a legal size with the mean colour,
  /// and the padding's scores are cut off again.
  private func scores(of image: Image) -> Tensor {
    let input = image.networkInput(multipleOf: backbone.inputMultiple, normalization)
    let logits = head(backbone(input, .inference), .inference)
    return logits.resized(height: input.shape[1], width: input.shape[2], .bilinear)
      .slice(axis: 1, 0..<image.height).slice(axis: 2, 0..<image.width)
      .reshaped(to: [image.height, image.width, logits.shape[3]])
  }
}

/// How predictions over several scales and mirror images become one.
public enum ScaleMerge: String, Codable, Sendable, CaseIterable {
  /// The mean of all probabilities.
  case mean
  /// The largest of the scales' class scores, each added up with its mirror image's (Ru et al., CVPR 2023).
  case maximum

  /// Probabilities from class scores `[height, width, classes]`: for each scale those of the image and, if
  /// used, of its mirror image.
  func probabilities(_ scores: [[Tensor]]) -> Tensor {
    switch self {
    case .mean:
      let all = scores.joined().map { $0.softmax() }
      return Self.sum(all) * (1 / Float(all.count))
    case .maximum:
      let sums = scores.map(Self.sum)
      return sums.dropFirst().reduce(sums[0]) { $0.pointwiseMaximum($1) }.softmax()
    }
  }

  private static func sum(_ tensors: [Tensor]) -> Tensor {
    tensors.dropFirst().reduce(tensors[0]) { $0 + $1 }
  }
}
