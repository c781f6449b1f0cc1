import Configuration
import Models
import NeuralNetwork

extension RunConfiguration {
  /// The seed of everything random.
  var generatorSeed: UInt64 { UInt64(bitPattern: Int64(seed)) }

  /// The stage whose classifier makes the class maps.
  var classifierStage: StageName { method == .tokenContrast ? .contrast : .classify }

  /// The stage that trains the network whose maps become seeds.
  var seedStage: StageName {
    switch seeds.classifier {
    case .final, .auxiliary: classifierStage
    case .expanded: .expand
    case .shrunk: .shrink
    }
  }

  /// The stage whose segmenter is judged and predicts.
  var segmenterStage: StageName { segment.labels == .online ? .contrast : .segment }

  /// The pooling in front of the classifier.
  var classifierPooling: FeaturePooling {
    method == .tokenContrast ? contrast.pooling : classify.pooling
  }

  /// Checks that what the method needs is there.
  func validateMethod(_ backbone: any BackboneOptions) throws(ConfigurationError) {
    if seedStage != classifierStage, classifierPooling != .average {
      throw .invalid(
        "seeds.classifier",
        "is \(seeds.classifier.rawValue), which goes on with a classifier that averages over positions; set "
          + "\(classifierStage.rawValue).pooling to average")
    }
    guard method == .tokenContrast else {
      if segment.labels == .online {
        throw .invalid(
          "segment.labels",
          "is online, but method \(method.rawValue) trains no decoder along; use pseudo, seeds or "
            + "ground-truth")
      }
      if seeds.classifier == .auxiliary {
        throw .invalid(
          "seeds.classifier",
          "is auxiliary, but method \(method.rawValue) has only one; use final, expanded or shrunk, "
            + "or method token-contrast")
      }
      return
    }
    guard let transformer = backbone.build(in: ParameterStore(seed: 0).root) as? VisionTransformer else {
      throw .invalid(
        "model.backbone",
        "is \(model.backbone.name), which has no class token; use vit-tiny, vit-small or vit-base")
    }
    guard contrast.auxiliaryDistance < transformer.depth else {
      throw .invalid(
        "contrast.auxiliary_distance",
        "is \(contrast.auxiliaryDistance), but there are \(transformer.depth) blocks; use at most "
          + "\(transformer.depth - 1)")
    }
    guard contrast.crops.side.isMultiple(of: backbone.inputMultiple) else {
      throw .invalid(
        "contrast.crops.side",
        "is \(contrast.crops.side), which \(model.backbone.name) cannot divide; "
          + "use \(backbone.nearestLegalExtent(contrast.crops.side))")
    }
  }
}
