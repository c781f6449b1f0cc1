import Autograd
import Configuration
import Models
import NeuralNetwork
import Seedling
import TestSupport
import Testing
import Training
import WeakSupervision

@testable import Methods

@Suite struct ExpansionNetworkTests {
  private let pass = Pass.training(seed: 0, step: 0)
  private let images = Sample.tensor("images", [2, 64, 48, 3])
  private let labels = Tensor([1, 0, 0, 1, 1, 0], shape: [2, 3])

  private var job: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.model.backbone = Choice(SqueezeNet())
    return configuration
  }

  private func method(width: Int, clip: Float) -> ExpansionShrinkage {
    var method = ExpansionShrinkage()
    method.expand.width = width
    method.expand.clip = clip
    return method
  }

  /// A classifier on disk, and the expansion network that starts from it.
  private func start(width: Int, clip: Float = 1) throws -> (ClassificationNetwork, ExpansionNetwork) {
    let folder = try TemporaryFolder()
    let classifier = ClassificationNetwork(job, classes: 3, pooling: .average)
    let path = folder.path + "/best.safetensors"
    try SafetensorsWriter.write(classifier.store.stateEntries(), metadata: ["step": "1"], to: path)
    let network = ExpansionNetwork(job, method(width: width, clip: clip), classes: 3)
    try network.startFromClassifier(path)
    network.startShrinkage()
    return (classifier, network)
  }

  /// 512 products, each of two roundings more than the plain maps have.
  @Test(arguments: [0, 16]) func beginsWithTheClassifiersBlurredMaps(width: Int) throws {
    let (classifier, network) = try start(width: width)
    let plain = classifier.head.classMaps(classifier.backbone(images, .inference), .inference)
    let expanded = network.classifier(.expanded)
    let mean = plain.averagePool2D(window: 3, stride: 1, padding: 1)
    let scale = plain.absoluteValue().maximum().scalar
    expectClose(
      expanded.classMaps(expanded.features(images)), mean, tolerance: tolerance(terms: 512, scale: 4 * scale))
    let shrunk = network.classifier(.shrunk)
    expectClose(
      shrunk.classMaps(shrunk.features(images)), mean.averagePool2D(window: 3, stride: 1, padding: 1),
      tolerance: tolerance(terms: 512, scale: 4 * scale))
  }

  @Test func tooFewChannelsForTheClassesAreRefused() throws {
    let error = ExpansionError.tooNarrow(width: 5, classes: 3)
    #expect(throws: error) { _ = try start(width: 5) }
    #expect(
      "\(error)" == "expand.width: is 5, too few for two channels of each of 3 classes; use 6 or more, or 0")
  }

  private func gradients(_ network: ExpansionNetwork, reversal: Float?) -> Gradients {
    let features = network.features(images, pass)
    var offsets = network.expansionOffsets(features, pass)
    if let reversal { offsets = offsets.reversingGradient(scale: reversal) }
    let map = network.expanded(features, offsets: offsets, pass)
    return multiLabelSoftMargin(logits: network.head.logits(map, pass), labels: labels).gradients()
  }

  /// The offsets get the opposite gradient, everything else the plain one, to the last bit.
  @Test func onlyTheOffsetsAreSupervisedInversely() throws {
    let (_, network) = try start(width: 16, clip: 0.5)
    let (plain, reversed) = (gradients(network, reversal: nil), gradients(network, reversal: 0.5))
    for parameter in network.store.parameters where !parameter.name.hasPrefix("shr") {
      let (one, other) = (try #require(plain[parameter]), try #require(reversed[parameter]))
      let factor: Float = parameter.name.hasPrefix("expansion.offset") ? -0.5 : 1
      #expect(other.scalars == one.scalars.map { factor * $0 }, "\(parameter.name)")
    }
  }

  @Test func inTheFiguresModeBackboneAndMainWeightsAreFixed() throws {
    let (_, network) = try start(width: 16, clip: 0.5)
    network.freezeAsInTheFigure()
    let gradients = gradients(network, reversal: 1)
    let learning = network.store.parameters.filter { gradients[$0] != nil }.map(\.name)
    #expect(
      Set(learning) == ["expansion.offset.weight", "expansion.offset.bias", "classifier.weight"])
  }

  @Test func shrinkageLeavesTheExpansionAlone() throws {
    let (_, network) = try start(width: 16, clip: 0.5)
    network.freezeExpansion()
    let map = network.shrunk(images, pass).map
    let gradients = multiLabelSoftMargin(logits: network.shrunkHead.logits(map, pass), labels: labels)
      .gradients()
    let learning = network.store.parameters.filter { gradients[$0] != nil }.map(\.name)
    #expect(
      Set(learning) == [
        "shrinkage.weight", "shrinkage.offset.weight", "shrinkage.offset.bias", "shrunk_classifier.weight",
      ])
  }

  /// Nothing is larger than the given share of the largest value, over each channel or over the image.
  @Test(arguments: ExpansionOptions.ClipScope.allCases) func clipsAtAShareOfTheLargestActivation(
    scope: ExpansionOptions.ClipScope
  ) throws {
    var options = method(width: 0, clip: 0.25)
    options.expand.clipScope = scope
    let network = ExpansionNetwork(job, options, classes: 3)
    options.expand.clip = 1
    let unclipped = ExpansionNetwork(job, options, classes: 3)
    let features = network.features(images, .inference)
    let offsets = network.expansionOffsets(features, .inference)
    let map = network.expanded(features, offsets: offsets, .inference)
    let whole = unclipped.expanded(features, offsets: offsets, .inference)
    let axes = scope == .channel ? [1, 2] : [1, 2, 3]
    let bound = whole.maximum(axes: axes, keepingAxes: true) * 0.25
    #expect(map.scalars == whole.pointwiseMinimum(bound).scalars)
    #expect(map.scalars != whole.scalars)
  }

  /// A map with one of four positions covers a quarter; absent classes and the height do not count.
  @Test func theAreaIsTheMeanShareOfTheLargestValue() {
    let maps = Tensor([2, 3, -1, 3, 0, 3, 0, 3], shape: [1, 2, 2, 2])
    func area(_ labels: [Float]) -> Float {
      ShrinkStage.area(maps, labels: Tensor(labels, shape: [1, 2])).scalar
    }
    #expect(abs(area([1, 0]) - 0.25) < 1e-5)
    #expect(abs(area([0, 1]) - 1) < 1e-5)
    #expect(abs(area([1, 1]) - 0.625) < 1e-5)
    #expect(area([0, 0]) == 0)
  }

  @Test func theAreaHasAGradient() {
    expectGradientsMatch("area", [[2, 3, 3, 2]], in: 0.5...2, tolerance: 2e-2) {
      ShrinkStage.area($0[0], labels: Tensor([1, 0, 1, 1], shape: [2, 2]))
    }
  }
}
