import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

/// Backbones with the classifiers of their published weights.
@Suite struct PublishedHeadTests {
  private static var small: ViTTiny {
    var options = ViTTiny()
    options.imageSize = 32
    return options
  }
  private static let options: [any BackboneOptions] = [
    ResNet18(), MobileNetV2(), EfficientNetLite0(), SqueezeNet(), small,
  ]

  /// Scores and class maps, with the weights of a formula, against torchvision and timm.
  @Test(arguments: named(options)) func scoresAndMapsMatchReference(_ model: Named<any BackboneOptions>)
    throws
  {
    let golden = try Golden("published_heads")
    let store = ParameterStore(seed: 0)
    let network = model.value.buildWithHead(classes: 1000, in: store.root)
    store.fillByFormula()
    let images = formulaImages(2, 32, model.name == "vit-tiny" ? 32 : 48)
    let features = network.features(images, .inference)
    let logits = network.logits(features, .inference)
    #expect(try relativeError(logits, golden["\(model.name)/logits"]) < 2e-5)
    let maps = network.classMaps(features, .inference)
    #expect(try relativeError(maps.thinned(), golden["\(model.name)/maps"]) < 2e-5)
    #expect(features.names == network.stages.map(\.name))
  }

  /// What is read is the last map, and what stands beside it: scores have a gradient there and before.
  @Test(arguments: named(options)) func scoresDependOnEveryMap(_ model: Named<any BackboneOptions>) throws {
    let store = ParameterStore(seed: 0)
    let network = model.value.buildWithHead(classes: 3, in: store.root)
    let features = network.features(formulaImages(1, 32, 32).tracked(), .inference)
    let gradients = network.logits(features, .inference).sum().gradients()
    for stage in network.stages {
      let gradient = try #require(features.gradient(stage.name, in: gradients), "\(stage.name)")
      #expect(gradient.shape == features[stage.name].shape)
      #expect(gradient.scalars.contains { $0 != 0 }, "\(stage.name)")
    }
  }
}
