public import Autograd
public import Configuration
public import Models

/// A method that shows where in an image the evidence for a class is.
///
/// A member is one file that states its formula. What all of them need is written once, elsewhere: the pass
/// over the images (`Capture`), the union of several explainers' needs (`ExplanationPlan`), and in the
/// callers scales, mirror images, rectification across views, resizing and normalisation.
public protocol Explainer: Component, BackboneDependent {
  /// The name of the feature map that is explained; empty for the last one.
  var stage: String { get }
  /// Whether it can explain any feature map; otherwise it explains the last one, or the images themselves.
  var explainsAnyStage: Bool { get }
  /// Whether it is defined for maps without negative values only.
  var needsNonnegativeMaps: Bool { get }
  /// Whether its maps differ from target to target.
  var dependsOnTarget: Bool { get }
  /// Whether a class's map depends on which other classes are asked for.
  var comparesClasses: Bool { get }
  /// Whether its map is a sum of contributions of channels.
  var hasContributions: Bool { get }
  /// Where it needs gradients; each need is met before `maps` is called.
  var needs: GradientNeeds { get }
  /// The target whose gradients it needs in place of the one that was asked for.
  func target(_ asked: Target) -> Target
  /// The evidence for each of the captured classes in each of the captured images, on a grid of its own:
  /// that of the feature map, or of the pixels.
  ///
  /// The same stream of random numbers gives the same maps; samples are shared by the images of a batch, so
  /// that an image's map does not depend on the others.
  ///
  /// - Returns: raw maps `[batch, rows, columns, classes]` in the order of the classes, of any range.
  func maps(_ capture: Capture, random: inout Philox) -> Tensor
  /// What else there is to say of the maps: numbers by name, one for each row of the capture.
  func figures(_ capture: Capture, maps: Tensor) -> [String: [Float]]
}

extension Explainer {
  public var stage: String { "" }
  public var explainsAnyStage: Bool { true }
  public var needsNonnegativeMaps: Bool { false }
  public var dependsOnTarget: Bool { true }
  public var comparesClasses: Bool { false }
  public var hasContributions: Bool { false }
  public var needs: GradientNeeds { [] }

  public func target(_ asked: Target) -> Target { asked }

  public func figures(_ capture: Capture, maps: Tensor) -> [String: [Float]] { [:] }

  /// The evidence for each of `classes` in each of `images`.
  ///
  /// - Parameters:
  ///   - images: `[batch, height, width, 3]`, normalised.
  ///   - classes: indices of foreground classes, counted from 0; every image is explained for all of them.
  ///   - classifier: the network that is explained.
  ///   - random: where methods that draw samples take them from; the same stream gives the same maps.
  /// - Returns: raw maps `[batch, rows, columns, classes]` in the order of `classes`, of any range.
  public func maps(
    _ images: Tensor, classes: [Int], of classifier: any Classifier, random: inout Philox
  ) -> Tensor {
    ExplanationPlan([self]).found(images, classes, classifier, &random)[0].maps
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try validate(stage: stage, option: "stage", for: backbone)
  }

  /// Refuses a stage that the backbone does not have, or whose values may be negative where the method is not
  /// defined for such; `option` names it.
  ///
  /// - Throws: `ConfigurationError.invalid` about `option`.
  func validate(
    stage: String, option: String, for backbone: any BackboneOptions
  ) throws(ConfigurationError) {
    try backbone.requireStage(stage, option: option)
    let name = stage.isEmpty ? backbone.stages[backbone.stages.count - 1].name : stage
    let allowed = backbone.stages.filter { !needsNonnegativeMaps || $0.isNonnegative }.map(\.name)
    guard !allowed.contains(name) else { return }
    let remedy =
      allowed.isEmpty ? "use layer-cam or grad-cam" : "use \(allowed.joined(separator: ", ")), or layer-cam"
    throw .invalid(
      option, "is \(name), whose values can be negative, where \(Self.name) is not defined; \(remedy)")
  }
}

/// What options of several explainers say.
enum ExplainerKeys {
  static let stage = "the feature map that is explained; empty for the last"
  static let channels = "what becomes of the three channels: maximum or sum (absolute) of magnitudes, or sum"
  static let rows = "the tokens whose attention is shown: read (by the classifier), class-token or patches"
}
