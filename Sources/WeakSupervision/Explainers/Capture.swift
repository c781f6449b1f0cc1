public import Autograd
public import Models

/// Where explainers need the gradient of the target.
public struct GradientNeeds: OptionSet, Sendable {
  public let rawValue: Int

  /// The needs of some bits.
  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// At the feature map that is explained.
  public static let stage = GradientNeeds(rawValue: 1)
  /// At the images.
  public static let images = GradientNeeds(rawValue: 2)
  /// At the outputs of all convolutions and norms that have biases.
  public static let biases = GradientNeeds(rawValue: 4)
  /// At the images, of guided backpropagation.
  public static let guidedImages = GradientNeeds(rawValue: 8)
  /// At the images, of the deconvolution network.
  public static let deconvolvedImages = GradientNeeds(rawValue: 16)
  /// At the attention of every block.
  public static let attention = GradientNeeds(rawValue: 32)
  /// Nowhere, but the attention of every block itself.
  public static let attentionWeights = GradientNeeds(rawValue: 64)
  /// At the attention of every block, of the target as if the network ended behind that block.
  public static let exits = GradientNeeds(rawValue: 128)

  /// At the images, with rectifiers of this rule.
  public static func images(_ rule: RectifierRule) -> GradientNeeds {
    switch rule {
    case .plain: .images
    case .guided: .guidedImages
    case .deconvolution: .deconvolvedImages
    }
  }
}

/// What one pass of a classifier over images has left behind, as one explainer sees it: at one feature map,
/// for one target.
///
/// A *row* is a pair of image and class, the classes of the first image first. Nothing in it is tracked.
public struct Capture {
  /// `[batch, height, width, 3]`, normalised.
  public let images: Tensor
  /// The classes that every image is explained for, counted from 0.
  public let classes: [Int]
  /// The network that is explained.
  public let classifier: any Classifier
  /// The name of the feature map that is explained.
  public let stage: String
  /// What the gradients are of.
  public let target: Target
  /// Whether the channels' contributions are projected on what they have most in common, not summed.
  public let isEigenSmoothed: Bool
  private let pass: CapturedPass

  /// One forward pass, and as few backward passes as `stage`, `target` and `needs` take.
  ///
  /// An empty `stage` is the last one.
  ///
  /// - Precondition: there is a class, and the classifier has the stage.
  public init(
    _ images: Tensor, classes: [Int], of classifier: any Classifier, at stage: String = "",
    target: Target = .logit, needs: GradientNeeds = .stage
  ) {
    let wanted = CapturedPass.Want(stage: classifier.stageName(stage), target: target, needs: needs)
    self.init(CapturedPass(images, classes: classes, of: classifier, [wanted]), wanted)
  }

  init(_ pass: CapturedPass, _ want: CapturedPass.Want, isEigenSmoothed: Bool = false) {
    self.isEigenSmoothed = isEigenSmoothed
    images = pass.images
    classes = pass.classes
    classifier = pass.classifier
    stage = want.stage
    target = want.target
    self.pass = pass
  }

  /// The feature maps of the images.
  public var features: FeatureMaps { pass.features }

  /// The class scores of the images, `[batch, classes of the network]`.
  public var logits: Tensor { pass.logits }

  /// The index of each row's image.
  public var imageOfRow: [Int] { pass.imageOfRow }

  /// Each row's class.
  public var classOfRow: [Int] { pass.classOfRow }

  /// The target of each row, `[rows]`.
  public var scores: Tensor { target(logits.gathered(imageOfRow, axis: 0), classes: classOfRow) }

  /// The explained feature map of the images, `[batch, height, width, channels]`.
  public var map: Tensor { features[stage] }

  /// The explained feature map of each row's image, `[rows, height, width, channels]`.
  public var activation: Tensor { map.gathered(imageOfRow, axis: 0) }

  /// The gradient of each row's target with respect to the explained feature map, `[rows, height, width,
  /// channels]`; zero where the target does not depend on it.
  ///
  /// - Precondition: it was asked for.
  public var gradient: Tensor { pass.gradient(target, at: .map(stage)) }

  /// The gradient of each row's target with respect to its image, `[rows, height, width, 3]`.
  ///
  /// - Precondition: it was asked for.
  public var imageGradient: Tensor { imageGradient(.plain) }

  /// The same with another rule for rectifiers.
  ///
  /// - Precondition: it was asked for.
  public func imageGradient(_ rule: RectifierRule) -> Tensor { pass.gradient(target, at: .images(rule)) }

  /// How much each token of the images attends to each other in each block that is read, `[batch, heads,
  /// tokens, tokens]`; empty if no explainer has asked for attention.
  public var attention: [Tensor] { Array(features.attention.prefix(classifier.blocksRead)) }

  /// The gradient of each row's target with respect to each of these, `[rows, heads, tokens, tokens]`.
  ///
  /// - Precondition: it was asked for.
  public var attentionGradients: [Tensor] {
    attention.indices.map { pass.gradient(target, at: .attention($0)) }
  }

  /// The same for the target as if the network ended behind each block.
  ///
  /// - Precondition: it was asked for.
  public var exitGradients: [Tensor] { attention.indices.map { pass.gradient(target, at: .exit($0)) } }

  /// How strongly each bias's share of each row's target shows at each position, one map `[rows, height,
  /// width, 1]` for each layer: `FullGrad.strength` of bias times gradient.
  var biasStrengths: [Tensor] { pass.biasStrengths(target) }

  /// Maps of rows, `[rows, height, width]`, as maps of images, `[batch, height, width, classes]`.
  public func byImage(_ maps: Tensor) -> Tensor {
    maps.reshaped(to: [images.shape[0], classes.count, maps.shape[1], maps.shape[2]]).permuted([0, 2, 3, 1])
  }

  /// Calls `body` with the activation and the gradient of each row in `count` further passes over other
  /// images of the same shape, of which several run together where the images are few.
  func replay(
    _ count: Int, images: (_ step: Int) -> Tensor,
    _ body: (_ step: Int, _ activation: Tensor, _ gradient: Tensor) -> Void
  ) {
    let rows = imageOfRow.count
    let together = max(1, 8 / self.images.shape[0])
    for start in stride(from: 0, to: count, by: together) {
      let steps = start..<min(count, start + together)
      let capture = moved(to: .concatenated(steps.map(images), axis: 0))
      let (activation, gradient) = (capture.activation, capture.gradient)
      for (index, step) in steps.enumerated() {
        let own = index * rows..<(index + 1) * rows
        body(step, activation.slice(axis: 0, own), gradient.slice(axis: 0, own))
      }
    }
  }

  /// Calls `body` with the gradient of each row's image in `count` further passes over other images of the
  /// same shape, of which several run together where the images are few.
  func replayImages(
    _ count: Int, images: (_ step: Int) -> Tensor, _ body: (_ step: Int, _ gradient: Tensor) -> Void
  ) {
    let rows = imageOfRow.count
    let together = max(1, 8 / self.images.shape[0])
    for start in stride(from: 0, to: count, by: together) {
      let steps = start..<min(count, start + together)
      let gradient = moved(to: .concatenated(steps.map(images), axis: 0), needs: .images).imageGradient
      for (index, step) in steps.enumerated() {
        body(step, gradient.slice(axis: 0, index * rows..<(index + 1) * rows))
      }
    }
  }

  /// What a further pass over other images leaves, for the same classes, feature map and target.
  public func moved(to images: Tensor, needs: GradientNeeds = .stage) -> Capture {
    Capture(images, classes: classes, of: classifier, at: stage, target: target, needs: needs)
  }
}
