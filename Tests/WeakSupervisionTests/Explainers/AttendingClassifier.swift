import Autograd
import Imaging
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

/// A transformer with a linear classifier on the mean of its patches or on its class token.
struct AttendingClassifier: Classifier {
  let backbone: any Backbone
  let weight: Tensor
  let readsClassToken: Bool
  /// Notes how many images each recorded pass takes.
  let passes = Tally()
  var stages: [BackboneStage] { backbone.stages }
  var inputMultiple: Int { 16 }
  var normalization: Normalization { .imageNet }
  var attention: (any TokenAttention)? { backbone.attention }

  /// DeiT-Tiny for images of 48 × 48 with the weights that `Tests/Oracle/attention_maps.py` has.
  static func ofFormula(readsClassToken: Bool) -> AttendingClassifier {
    let store = ParameterStore(seed: 0)
    var options = ViTTiny()
    options.imageSize = 48
    let backbone = options.build(in: store.root)
    let head = Linear(192, 3, bias: false, in: store.root["head"])
    store.fillByFormula()
    return AttendingClassifier(
      backbone: backbone, weight: head.weight.value, readsClassToken: readsClassToken)
  }

  func features(_ images: Tensor) -> FeatureMaps {
    passes.note(images.shape[0])
    return backbone(images, .inference)
  }

  func attendedFeatures(_ images: Tensor) -> FeatureMaps {
    passes.note(-images.shape[0])
    return attention?.features(images) ?? backbone(images, .inference)
  }

  func logits(_ features: FeatureMaps) -> Tensor {
    let token = readsClassToken ? features.classToken : nil
    return (token ?? features.last.globalAveragePool()).linear(weight)
  }

  func classMaps(_ features: FeatureMaps) -> Tensor { features.last.linear(weight) }
}

/// Checks a method against the golden maps of both classifiers.
func expectGoldenAttention(
  _ explainer: any Explainer, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let golden = try Golden("attention_maps")
  for (part, readsClassToken) in [("patches", false), ("class-token", true)] {
    let classifier = AttendingClassifier.ofFormula(readsClassToken: readsClassToken)
    let found = explainer.maps(formulaImages(2, 48, 48), classes: [2, 0], of: classifier)
    let error = relativeError(found, try golden["\(part)/\(name)"])
    #expect(error < 1e-4, "\(part): relative error \(error)", sourceLocation: sourceLocation)
  }
}
