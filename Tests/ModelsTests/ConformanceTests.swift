import Autograd
import Configuration
import Foundation
import Models
import NeuralNetwork
import TestSupport
import Testing

/// What every backbone and every head must do, whatever else it does.
@Suite struct ConformanceTests {
  @Test func namesAreUnique() {
    let names = allBackbones.map { type(of: $0).name } + allHeads.map { type(of: $0).name }
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: named(allBackbones))
  func parametersAreThePublishedOnes(_ options: Named<any BackboneOptions>) throws {
    let file = try String(contentsOfFile: Golden.directory + "/model_parameters.txt", encoding: .utf8)
    let expected = file.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      .filter { $0[0] == options.name }.map { "\($0[1]) \($0[2])" }
    let store = ParameterStore(seed: 0)
    _ = options.value.build(in: store.root)
    let actual = store.stateEntries().map { name, tensor in
      "\(name) \(tensor.shape.map(String.init).joined(separator: "x"))"
    }
    #expect(!expected.isEmpty)
    #expect(Set(actual) == Set(expected))
    #expect(actual.count == expected.count)
  }

  @Test(arguments: named(smallBackbones))
  func mapsHaveTheirStagesShapes(_ options: Named<any BackboneOptions>) {
    let backbone = options.value.build(in: ParameterStore(seed: 0).root)
    let features = backbone(.zeros([2, 64, 96, 3]), .inference)
    #expect(features.names == backbone.stages.map(\.name))
    for stage in backbone.stages {
      // SqueezeNet's stem has no padding, so its maps are one cell smaller than the stride says.
      let lost = options.name == SqueezeNet.name ? 1 : 0
      let expected: Shape = [2, 64 / stage.stride - lost, 96 / stage.stride - lost, stage.channels]
      #expect(features[stage.name].shape == expected, "\(stage.name)")
    }
    #expect(features.last.shape == features[backbone.output.name].shape)
    #expect((features.classToken != nil) == options.name.hasPrefix("vit"))
  }

  @Test(arguments: named(smallBackbones), named(allHeads))
  func headsTrainOnBackbones(_ options: Named<any BackboneOptions>, _ headOptions: Named<any HeadOptions>)
    throws
  {
    let store = ParameterStore(seed: 1)
    let backbone = options.value.build(in: store.root["backbone"])
    let head = headOptions.value.build(for: backbone, classes: 5, in: store.root["head"])
    let pass = Pass.training(seed: 3, step: 0)
    let features = backbone(formulaImages(2, 64, 96), pass)
    let logits = head(features, pass)
    #expect(logits.rank == 4 && logits.shape[0] == 2 && logits.shape[3] == 5)
    #expect(logits.shape[1] < logits.shape[2])
    let gradients = logits.squared().mean().gradients()
    for parameter in store.parameters {
      let gradient = try #require(gradients[parameter], "\(parameter.name) has no gradient")
      #expect(gradient.shape == parameter.shape)
      // A sum with an infinity or a NaN in it is not finite.
      #expect(gradient.absoluteValue().sum().scalar.isFinite, "\(parameter.name)")
    }
  }

  @Test(arguments: named(smallBackbones), named(allHeads))
  func imagesOfABatchDoNotSeeEachOther(
    _ options: Named<any BackboneOptions>, _ headOptions: Named<any HeadOptions>
  ) {
    let store = ParameterStore(seed: 2)
    let backbone = options.value.build(in: store.root["backbone"])
    let head = headOptions.value.build(for: backbone, classes: 3, in: store.root["head"])
    let images = formulaImages(2, 64, 48)
    let both = head(backbone(images, .inference), .inference)
    let second = head(backbone(images.slice(axis: 0, 1..<2), .inference), .inference)
    #expect(relativeError(second, both.slice(axis: 0, 1..<2)) < 1e-5)
  }

  @Test(arguments: named(smallBackbones))
  func gradientsOfEveryMapCanBeAskedFor(_ options: Named<any BackboneOptions>) throws {
    let store = ParameterStore(seed: 1)
    let backbone = options.value.build(in: store.root)
    let pass = Pass.training(seed: 0, step: 0)
    let features = backbone(formulaImages(1, 64, 64), pass)
    let head = ClassificationHead(
      channels: backbone.output.channels, classes: 2, pooling: .average, in: store.root["classifier"])
    let gradients = head.logits(features, pass).sum().gradients()
    for stage in backbone.stages {
      let gradient = try #require(features.gradient(stage.name, in: gradients), "\(stage.name)")
      #expect(gradient.shape == features[stage.name].shape)
      #expect(gradient.scalars.contains { $0 != 0 }, "\(stage.name)")
    }
  }
}
