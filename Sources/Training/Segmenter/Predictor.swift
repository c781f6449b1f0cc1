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

  /// The predictor of a backbone with a head.
  public init(_ backbone: any Backbone, _ head: any SegmentationHead, _ options: EvaluateOptions) {
    self.backbone = backbone
    self.head = head
    self.options = options
  }

  /// The predictor of a segmentation network.
  public init(_ network: SegmentationNetwork, _ options: EvaluateOptions) {
    self.init(network.backbone, network.head, options)
  }

  /// The most probable class of each pixel, from all scales and mirror images.
  ///
  /// A large image is worked on in strips, so that memory grows with the windows and not with the image.
  ///
  /// - Throws: `RunError.scoresNotFinite`, `.notEnoughMemory` about the image called `name`.
  public func labels(
    _ image: Image, named name: String, scales: [Float] = [1], flip: Bool = false
  ) throws(RunError) -> LabelMap {
    try PredictionMemory(image, scales: scales, flip: flip, options).require(name, probe)
    var ids: [UInt8] = []
    ids.reserveCapacity(image.width * image.height)
    try forEachStrip(image, name, scales, flip) { ids += LabelMap(probabilities: $0).ids }
    return LabelMap(width: image.width, height: image.height, ids: ids)
  }

  /// Probabilities `[height, width, classes]` at the image's own size, from all scales and mirror images, for
  /// refiners.
  ///
  /// - Throws: `RunError.scoresNotFinite`, `.notEnoughMemory` about the image called `name`.
  public func probabilities(
    _ image: Image, named name: String, scales: [Float] = [1], flip: Bool = false
  ) throws(RunError) -> Tensor {
    try PredictionMemory(image, scales: scales, flip: flip, options, isRefined: true)
      .require(name, probe)
    var strips: [Tensor] = []
    try forEachStrip(image, name, scales, flip) { strips.append($0) }
    return strips.count == 1 ? strips[0] : .concatenated(strips, axis: 0)
  }

  /// What one forward pass of a square of `side` pixels tells of the network.
  private func probe(side: Int) -> PredictionMemory.Network {
    MemoryUsage.releaseIdle()
    let before = MemoryUsage.current
    let classes = scores(of: Image(width: side, height: side, color: .black)).shape[2]
    let after = MemoryUsage.current
    return .init(classes: classes, bytes: after.live + after.idle - before.live, area: side * side)
  }

  /// Calls `body` with the probabilities `[rows, width, classes]` of a few rows after the other.
  private func forEachStrip(
    _ image: Image, _ name: String, _ scales: [Float], _ flip: Bool, _ body: (Tensor) -> Void
  ) throws(RunError) {
    let views = scales.map { scale in
      let scaled = resized(image, by: scale)
      return (flip ? [false, true] : [false]).map { isMirrored in
        ViewScores(
          scaled, isMirrored: isMirrored, height: image.height, width: image.width, side: options.window
        ) { scores(of: $0) }
      }
    }
    let step = Self.stripHeight(of: image)
    for top in stride(from: 0, to: image.height, by: step) {
      let rows = top..<min(image.height, top + step)
      let probabilities = options.merge.probabilities(views.map { $0.map { $0.rows(rows) } })
      guard probabilities.isFinite else { throw .scoresNotFinite(image: name) }
      body(probabilities)
    }
  }

  /// The rows that are worked on at once: all of an image of usual size.
  static func stripHeight(of image: Image) -> Int {
    image.width * image.height <= 1 << 20 ? image.height : max(1, (1 << 18) / image.width)
  }

  private func resized(_ image: Image, by scale: Float) -> Image {
    let size = options.viewSize(of: image, scale: scale)
    guard size != (image.width, image.height) else { return image }
    return image.resized(width: size.width, height: size.height, .bilinear)
  }

  /// One forward pass, `[height, width, classes]`: the image is padded to a legal size with the mean colour,
  /// and the padding's scores are cut off again.
  private func scores(of image: Image) -> Tensor {
    let input = image.networkInput(multipleOf: backbone.inputMultiple)
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
