public import Autograd
import Configuration
import Models

/// Class activation maps: the classifier's weights applied at every position
/// (Zhou et al.: Learning Deep Features for Discriminative Localization, 2016).
///
///     L_c(p) = Σ_k W[c, k] A_k(p)
///
/// A is the last feature map, the patch tokens of a transformer included. With average pooling the mean of
/// L_c over positions is the score of class c. No bias, no rectification.
public struct CAM: Explainer {
  public static let name = "cam"

  public init() {}

  public var explainsAnyStage: Bool { false }
  public var dependsOnTarget: Bool { false }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    capture.classifier.classMaps(capture.features).gathered(capture.classes, axis: 3)
  }
}
