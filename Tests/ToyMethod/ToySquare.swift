import Autograd
import Configuration
import Imaging
import Models
import Training
import WeakSupervision

/// A method behind another one that trains nothing: squared class maps of its classifier.
struct ToySquare: MethodBehind {
  static let name = "toy-square"

  func stages(_ job: any JobOptions, behind classifier: MapSource) -> [any Stage] { [] }

  func maps(_ job: any JobOptions, behind classifier: MapSource) -> [MapSource] {
    [
      MapSource("squared", caption: "toy squared", stage: classifier.stage, pooling: classifier.pooling) {
        run in
        SquaredClassifier(base: try classifier.open(run))
      }
    ]
  }
}

/// A classifier whose class maps are squared.
private struct SquaredClassifier: Classifier {
  let base: any Classifier

  var stages: [BackboneStage] { base.stages }
  var inputMultiple: Int { base.inputMultiple }
  var normalization: Normalization { base.normalization }
  var attention: (any TokenAttention)? { base.attention }

  func features(_ images: Tensor) -> FeatureMaps { base.features(images) }
  func logits(_ features: FeatureMaps) -> Tensor { base.logits(features) }
  func classMaps(_ features: FeatureMaps) -> Tensor { base.classMaps(features).squared() }
}
