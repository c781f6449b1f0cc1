import Autograd
import Foundation
import Imaging
import Models
import NeuralNetwork

/// Class probabilities for images of any size, from a segmentation network.
struct Predictor {
  let backbone: any Backbone
  let head: any SegmentationHead
  /// What the sides of an input must divide by.
  let inputMultiple: Int
  /// The side in pixels to which images are resized at scale 1; 0 keeps their size.
  let baseSize: Int
  /// How scales and mirror images are joined.
  let merge: ScaleMerge

  /// Probabilities `[height, width, classes]` at the image's own size, from all scales and mirror images.
  func probabilities(_ image: Image, scales: [Float] = [1], flip: Bool = false) -> Tensor {
    merge.probabilities(
      scales.map { scale in
        let scaled = resized(image, by: scale)
        return (flip ? [scaled, scaled.flippedHorizontally] : [scaled]).enumerated().map { index, view in
          let map = scores(of: view, height: image.height, width: image.width)
          return index == 1 ? map.flipped(axis: 1) : map
        }
      })
  }

  private func resized(_ image: Image, by scale: Float) -> Image {
    let width = Float(baseSize > 0 ? baseSize : image.width) * scale
    let height = Float(baseSize > 0 ? baseSize : image.height) * scale
    let size = (width: max(1, Int(width.rounded())), height: max(1, Int(height.rounded())))
    guard size != (image.width, image.height) else { return image }
    return image.resized(width: size.width, height: size.height, .bilinear)
  }

  /// One forward pass, `[height, width, classes]`: the image is padded to a legal size with the mean colour,
  /// and the padding's scores are cut off again before the map is brought to `height` × `width`.
  private func scores(of image: Image, height: Int, width: Int) -> Tensor {
    let input = image.networkInput(multipleOf: inputMultiple)
    let logits = head(backbone(input, .inference), .inference)
    let full = logits.resized(height: input.shape[1], width: input.shape[2], .bilinear)
      .slice(axis: 1, 0..<image.height).slice(axis: 2, 0..<image.width)
    let scores =
      image.height == height && image.width == width
      ? full : full.resized(height: height, width: width, .bilinear)
    return scores.reshaped(to: [height, width, scores.shape[3]])
  }
}

extension Predictor {
  /// The predictor of a segmentation network, with the options of `evaluate`.
  init(_ network: SegmentationNetwork, _ configuration: RunConfiguration) {
    self.init(
      backbone: network.backbone, head: network.head, inputMultiple: network.inputMultiple,
      baseSize: configuration.evaluate.baseSize, merge: configuration.evaluate.merge)
  }
}
