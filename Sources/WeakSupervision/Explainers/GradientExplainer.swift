public import Autograd
public import Configuration
public import Models

/// An explainer whose formula needs an activation A and the gradient g of the class score with respect to it.
public protocol GradientExplainer: Explainer {
  /// The formula: maps `[rows, height, width]` from A and g, both `[rows, height, width, channels]`.
  ///
  /// A row is one pair of image and class.
  func map(activation: Tensor, gradient: Tensor) -> Tensor
}

extension GradientExplainer {
  public func maps(
    _ images: Tensor, classes: [Int], of classifier: any Classifier, random: inout Philox
  ) -> Tensor {
    let (activation, gradient) = ClassGradients(images, classes: classes, of: classifier, at: stage).pair
    let maps = map(activation: activation, gradient: gradient)
    let grid = maps.shape
    return maps.reshaped(to: [images.shape[0], classes.count, grid[1], grid[2]]).permuted([0, 2, 3, 1])
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try backbone.requireStage(stage, option: "stage")
  }
}

/// The activation of one feature map and the gradients of class scores with respect to it.
///
/// One backward pass of the sum of all rows' scores yields every row's own gradient, since no operation of an
/// inference pass mixes rows.
struct ClassGradients {
  /// A and g, `[images · classes, height, width, channels]`, the classes of the first image first.
  let pair: (activation: Tensor, gradient: Tensor)

  init(_ images: Tensor, classes: [Int], of classifier: any Classifier, at stage: String) {
    precondition(!classes.isEmpty, "class gradients: there is no class to explain")
    let rows = (0..<images.shape[0]).flatMap { [Int](repeating: $0, count: classes.count) }
    guard !stage.isEmpty, stage != classifier.lastStage else {
      pair = Self.behindLast(classifier, images, rows, classes)
      return
    }
    let features = classifier.features(images.gathered(rows, axis: 0).tracked())
    let gradients = Self.gradients(classifier.logits(features), classes)
    pair = (
      features[stage].detached(),
      Self.required(features.gradient(stage, in: gradients), features[stage], stage)
    )
  }

  /// Below the last map nothing needs a gradient: the backbone runs once per image, the classifier per row.
  private static func behindLast(
    _ classifier: any Classifier, _ images: Tensor, _ rows: [Int], _ classes: [Int]
  ) -> (Tensor, Tensor) {
    let plain = classifier.features(images)
    let name = classifier.lastStage
    let leaf = plain[name].detached().gathered(rows, axis: 0).tracked()
    var features = FeatureMaps()
    features.append(name, leaf)
    features.classToken = plain.classToken?.gathered(rows, axis: 0)
    let gradients = gradients(classifier.logits(features), classes)
    return (leaf.detached(), required(features.gradient(name, in: gradients), leaf, name))
  }

  /// The gradients of the sum over rows of each row's own class score.
  private static func gradients(_ logits: Tensor, _ classes: [Int]) -> Gradients {
    let (rows, width) = (logits.shape[0], logits.shape[1])
    let selection = Tensor(shape: logits.shape) { out in
      for row in 0..<rows {
        for column in 0..<width { out[row * width + column] = classes[row % classes.count] == column ? 1 : 0 }
      }
    }
    return logits.gradients(from: selection)
  }

  private static func required(_ gradient: Tensor?, _ activation: Tensor, _ stage: String) -> Tensor {
    guard let gradient else {
      preconditionFailure(
        "class gradients: the class scores do not depend on \(stage) \(activation.shape); "
          + "take an earlier stage")
    }
    return gradient
  }
}
