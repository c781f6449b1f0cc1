import Autograd
import Configuration
import Foundation
import Imaging
import Models
import NeuralNetwork
import Reporting
import TestSupport
import Testing
import Training
import WeakSupervision

/// Published weights that are explained for the classes of their own.
@Suite struct PublishedClassifierTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/weights.safetensors"
  }

  private func write(
    _ options: any BackboneOptions, prefix: String = "", metadata: [String: String] = [:],
    without left: String = "-"
  ) throws -> any PublishedHead {
    let store = ParameterStore(seed: 5)
    let network = options.buildWithHead(classes: 4, in: store.root)
    try SafetensorsWriter.write(
      store.stateEntries().filter { !$0.name.hasPrefix(left) }.map {
        (name: prefix + $0.name, tensor: $0.tensor)
      },
      metadata: metadata, to: path)
    return network
  }

  private static let options: [any BackboneOptions] = [
    ResNet18(), MobileNetV2(), EfficientNetLite0(), SqueezeNet(), ViTTiny(),
  ]

  @Test(arguments: options.indices, ["", "module."])
  func opensWithItsOwnHead(_ index: Int, _ prefix: String) throws {
    let options = Self.options[index]
    let expected = try write(options, prefix: prefix)
    let classifier = try PublishedClassifier(options, weights: path)
    let images = formulaImages(1, 32, 48)
    let features = classifier.features(images)
    #expect(
      classifier.logits(features).scalars
        == expected.logits(expected.features(images, .inference), .inference).scalars)
    #expect(classifier.classMaps(features).shape[3] == 4)
    #expect(classifier.classNames == ["0", "1", "2", "3"])
    #expect(classifier.normalization == options.normalization)
    #expect(classifier.lastStage == features.names.last)
  }

  /// Every explainer that is defined for a backbone finds finite maps and gradients, transformers included.
  @Test(arguments: options.indices) func explainersWorkOnIt(_ index: Int) throws {
    let options = Self.options[index]
    _ = try write(options)
    let classifier = try PublishedClassifier(options, weights: path)
    for explainer in Catalog.Explainers.components {
      guard (try? explainer.validate(for: options)) != nil else { continue }
      var random = Philox(seed: 0)
      let found = ExplanationPlan([explainer])(
        formulaImages(1, 48, 64), classes: [2, 0], of: classifier, random: &random)[0]
      #expect(found.maps.shape[3] == 2, "\(type(of: explainer).name)")
      #expect(found.maps.isFinite, "\(type(of: explainer).name)")
      // Rectified maps of an untrained network may be empty, and rectified scores have no gradient at zero.
      #expect(
        found.flaws[0].contains { $0 != .noGradient && $0 != .notFinite }, "\(type(of: explainer).name)")
    }
  }

  private static let attending: [any Explainer] = [
    AttentionRollout(), AttentionRelevance(), AttentionGradCAM(), LeGrad(),
  ]

  /// A published transformer is cut before its last block, but its attention is that of the whole network.
  @Test func attentionIsThatOfTheWholeTransformer() throws {
    var options = ViTTiny()
    options.imageSize = 48
    let written = try write(options)
    let weights = try SafetensorsReader(path: path)
    let whole = WholeTransformer(
      backbone: written.backbone, weight: try weights.tensor("head.weight"),
      bias: try weights.tensor("head.bias"))
    let classifier = try PublishedClassifier(options, weights: path)
    let images = formulaImages(2, 48, 48)
    let attended = classifier.attendedFeatures(images)
    #expect(attended.attention.count == 12)
    #expect(
      relativeError(classifier.logits(attended), classifier.logits(classifier.features(images))) < 1e-5)
    for explainer in Self.attending {
      var random = Philox(seed: 0)
      let expected = explainer.maps(images, classes: [3, 1], of: whole, random: &random)
      let found = explainer.maps(images, classes: [3, 1], of: classifier, random: &random)
      #expect(expected.scalars.contains { $0 != 0 })
      #expect(relativeError(found, expected) < 1e-4, "\(type(of: explainer).name)")
    }
  }

  /// Methods of the last map find the same whether others ask for attention or not.
  @Test func otherMethodsDoNotDependOnAttention() throws {
    var options = ViTTiny()
    options.imageSize = 48
    _ = try write(options)
    let classifier = try PublishedClassifier(options, weights: path)
    let images = formulaImages(1, 48, 48)
    let others: [any Explainer] = [
      CAM(), GradCAM(), LayerCAM(), AblationCAM(), TokenActivationMap(), InputXGradient(),
    ]
    for attending in [[AttentionRollout()], Self.attending] as [[any Explainer]] {
      var random = Philox(seed: 0)
      let together = ExplanationPlan(others + attending)(
        images, classes: [3, 1], of: classifier, random: &random)
      for (explainer, found) in zip(others, together) {
        let alone = explainer.maps(images, classes: [3, 1], of: classifier, random: &random)
        #expect(relativeError(found.maps, alone) < 1e-4, "\(type(of: explainer).name)")
      }
    }
  }

  @Test func theFileSaysWhatItExpects() throws {
    _ = try write(ResNet18(), metadata: ["mean": "[0.5, 0.5, 0.5]", "std": "[0.5, 0.5, 0.5]"])
    #expect(try PublishedClassifier(ResNet18(), weights: path).normalization == .half)
  }

  @Test func namesComeFromAFile() throws {
    _ = try write(SqueezeNet())
    let names = folder.path + "/classes.txt"
    try "n02012849 crane\ngrey whale\n\nn03126707 crane\nn1 x\n".write(
      toFile: names, atomically: true, encoding: .utf8)
    let classifier = try PublishedClassifier(SqueezeNet(), weights: path, classesFile: names)
    #expect(classifier.classNames == ["crane 0", "grey whale", "crane 2", "n1 x"])
    try "cat\ndog\n".write(toFile: names, atomically: true, encoding: .utf8)
    #expect {
      try PublishedClassifier(SqueezeNet(), weights: path, classesFile: names)
    } throws: { error in
      "\(error)" == """
        \(names): has 2 class names, but the classifier of \(path) has 4 classes; name one class a line
        """
    }
  }

  @Test func weightsWithoutAHeadAreRefused() throws {
    _ = try write(MobileNetV2(), without: "classifier.")
    #expect {
      try PublishedClassifier(MobileNetV2(), weights: path)
    } throws: { error in
      "\(error)" == """
        \(path): has no classifier for mobilenetv2 (classifier.1.weight); name a file with one, such as \
        Checkpoints/convert.py writes, or train a classifier
        """
    }
  }

  @Test func theUntrainedNetworkHasOtherScoresForTheSameClasses() throws {
    _ = try write(SqueezeNet())
    let classifier = try PublishedClassifier(SqueezeNet(), weights: path)
    let untrained = classifier.untrained(SqueezeNet(), seed: 3)
    let images = formulaImages(1, 32, 32)
    #expect(untrained.classNames == classifier.classNames)
    #expect(
      untrained.logits(untrained.features(images)).scalars
        != classifier.logits(classifier.features(images)).scalars)
  }
}

/// A transformer with a classifier on its class token, not cut anywhere.
private struct WholeTransformer: Classifier {
  let backbone: any Backbone
  let weight: Tensor
  let bias: Tensor
  let normalization = Normalization.imageNet
  let readsClassToken = true
  var stages: [BackboneStage] { backbone.stages }
  var inputMultiple: Int { backbone.inputMultiple }
  var attention: (any TokenAttention)? { backbone.attention }

  func features(_ images: Tensor) -> FeatureMaps { backbone(images, .inference) }
  func logits(_ features: FeatureMaps) -> Tensor {
    (features.classToken ?? features.last.globalAveragePool()).linear(weight) + bias
  }
  func classMaps(_ features: FeatureMaps) -> Tensor { features.last.linear(weight) }
}

/// The published weights of the shared folder, whose scores are known.
@Suite struct SharedPublishedClassifierTests {
  private static let models: [(String, any BackboneOptions)] = [
    ("deit_tiny_patch16_224", ViTTiny()), ("tf_efficientnet_lite0", EfficientNetLite0()),
    ("tf_efficientnet_lite2", EfficientNetLite2()), ("squeezenet1_1", SqueezeNet()),
    ("mobilenet_v2_tf_dequant", MobileNetV2()),
  ]

  private static var isThere: Bool {
    models.allSatisfy { SharedFolder.has("weights/\($0.0).safetensors") }
      && SharedFolder.has("weights/reference") && SharedFolder.has("weights/imagenet_classes.txt")
  }

  @Test(.enabled(if: isThere, "needs shared/weights"), arguments: models.indices)
  func scoresAreThoseOfTheReference(_ index: Int) throws {
    let (name, options) = Self.models[index]
    let classifier = try PublishedClassifier(
      options, weights: SharedFolder.file("weights/\(name).safetensors"),
      classesFile: SharedFolder.file("weights/imagenet_classes.txt"))
    #expect(classifier.classNames.count == 1000)
    #expect(Set(classifier.classNames).count == 1000)
    #expect(classifier.classNames[0] == "tench, Tinca tinca")
    let file = try SafetensorsReader(
      path: SharedFolder.file("weights/reference/\(name).reference.safetensors"))
    for number in 0...1 {
      let image = try file.tensor("input.\(number)").permuted([1, 2, 0])
      let images = image.reshaped(to: [1, image.shape[0], image.shape[1], 3])
      let logits = classifier.logits(classifier.features(images))
      #expect(
        try relativeError(logits.reshaped(to: [1000]), file.tensor("logits.\(number)")) < 1e-4, "\(name)")
    }
  }
}
