import Autograd
import Imaging
import Models
import TestSupport
import WeakSupervision

/// The network whose attribution other programs have worked out.
struct RectifiedClassifier: Classifier {
  let network: RectifiedNetwork
  var stages: [BackboneStage] { [BackboneStage("last", channels: 4, stride: 2, isNonnegative: true)] }
  var inputMultiple: Int { 1 }
  var normalization: Normalization { .imageNet }

  init() throws { network = try RectifiedNetwork() }

  func features(_ images: Tensor) -> FeatureMaps {
    var features = FeatureMaps()
    features.append("last", network.map(images))
    return features
  }

  func logits(_ features: FeatureMaps) -> Tensor { network.logits(features.last) }

  func classMaps(_ features: FeatureMaps) -> Tensor { network.classMaps(features.last) }

  /// The map `[2, 8, 12]` of a class.
  func map(_ explainer: any Explainer, of index: Int) -> Tensor {
    explainer.maps(network.images, classes: [index], of: self).reshaped(to: [2, 8, 12])
  }
}
