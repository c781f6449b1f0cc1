import Autograd
import Imaging
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

/// Maps of published networks on photographs against those of pytorch-grad-cam and torchcam.
@Suite struct PublishedMapsTests {
  /// A network with its own head, and the stored photographs.
  private struct Published: Classifier {
    let backbone: any Backbone
    let head: (FeatureMaps) -> Tensor
    let images: SafetensorsReader
    var stages: [BackboneStage] { backbone.stages }
    var inputMultiple: Int { backbone.inputMultiple }
    var normalization: Normalization { .imageNet }

    init(
      _ model: String, _ build: (ParameterScope) -> any Backbone,
      _ head: (ParameterScope) -> (FeatureMaps) -> Tensor
    ) throws {
      let store = ParameterStore(seed: 0)
      backbone = build(store.root)
      self.head = head(store.root)
      try store.load(path: SharedFolder.file("weights/\(model).safetensors"))
      images = try SafetensorsReader(
        path: SharedFolder.file("weights/reference/\(model).reference.safetensors"))
    }

    func image(_ number: Int) throws -> Tensor {
      let image = try images.tensor("input.\(number)")
      return image.permuted([1, 2, 0]).reshaped(to: [1, image.shape[1], image.shape[2], 3])
    }

    func features(_ images: Tensor) -> FeatureMaps { backbone(images, .inference) }
    func logits(_ features: FeatureMaps) -> Tensor { head(features) }
    func classMaps(_ features: FeatureMaps) -> Tensor { features.last }
  }

  private static func has(_ model: String) -> Bool {
    SharedFolder.has("weights/\(model).safetensors")
      && SharedFolder.has("weights/reference/\(model).reference.safetensors")
  }

  private func squeezeNet() throws -> Published {
    try Published("squeezenet1_1", { SqueezeNet().build(in: $0) }) { root in
      let head = Conv2D(512, 1000, kernel: 1, in: root["classifier"][1])
      return { head($0.last, .inference).relu().globalAveragePool() }
    }
  }

  /// Compares with `max |a − b| / max |b|` after rectification.
  private func expect(
    _ found: Tensor, _ golden: Golden, _ key: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try golden[key].relu()
    let actual = found.reshaped(to: expected.shape)
    let error = (actual - expected).absoluteValue().maximum().scalar / expected.maximum().scalar
    #expect(error < 1e-4, "\(key): relative error \(error)", sourceLocation: sourceLocation)
  }

  private func expectAll(
    _ model: String, _ network: Published, stage: String, _ explainers: [any Explainer]
  ) throws {
    let golden = try Golden("published_maps")
    var options = ExplanationOptions()
    options.stages = [stage]
    for number in 0...1 {
      let key = "\(model)/\(number)"
      let index = try Int(golden["\(key)/class"].scalar)
      var random = Philox(seed: 0)
      let image = try network.image(number)
      let plan = ExplanationPlan(explainers, options: options)
      for found in plan(image, classes: [index], of: network, random: &random) {
        try expect(found.maps, golden, "\(key)/\(found.method)")
        #expect(found.flaws == [[nil]])
      }
      options.target = .softmax
      let softmax = ExplanationPlan([LayerCAM()], options: options)
      try expect(
        softmax(image, classes: [index], of: network, random: &random)[0].maps, golden, "\(key)/softmax")
      options.target = .logit
      try expectEigen(network, image, index, stage, golden, key)
    }
  }

  /// The library leaves the sign of principal directions to chance.
  private func expectEigen(
    _ network: Published, _ image: Tensor, _ index: Int, _ stage: String, _ golden: Golden, _ key: String
  ) throws {
    let capture = Capture(image, classes: [index], of: network, at: stage)
    let products = capture.activation * capture.gradient
    for (values, name) in [(capture.activation, "eigen-cam"), (products, "eigen-grad-cam")] {
      let expected = try golden["\(key)/\(name)"]
      let found = PrincipalProjection.of(values).reshaped(to: expected.shape)
      let sign: Float = (found * expected).sum().scalar < 0 ? -1 : 1
      let error = (found * sign - expected).absoluteValue().maximum() / expected.absoluteValue().maximum()
      #expect(error.scalar < 1e-4, "\(key)/\(name): relative error \(error.scalar)")
    }
  }

  private var rectified: [any Explainer] {
    var sharp = GradCAMPlusPlus()
    sharp.epsilon = 1e-6
    return [GradCAM(), HiResCAM(), LayerCAM(), XGradCAM(), sharp]
  }

  @Test(.enabled(if: has("squeezenet1_1"), "needs shared/weights"))
  func squeezeNetMaps() throws {
    try expectAll("squeezenet1_1", squeezeNet(), stage: "features.12", rectified)
  }

  @Test(.enabled(if: has("mobilenet_v2_tf_dequant"), "needs shared/weights"))
  func mobileNetV2Maps() throws {
    let model = "mobilenet_v2_tf_dequant"
    let network = try Published(model, { MobileNetV2().build(in: $0) }) { root in
      let head = Linear(1280, 1000, in: root["classifier"][1])
      return { head($0.last.globalAveragePool(), .inference) }
    }
    try expectAll(model, network, stage: "features.18", rectified)
  }

  @Test(.enabled(if: has("deit_tiny_patch16_224"), "needs shared/weights"))
  func deiTTinyMaps() throws {
    let model = "deit_tiny_patch16_224"
    let network = try Published(model, { ViTTiny().build(in: $0) }) { root in
      let head = Linear(192, 1000, in: root["head"])
      return { head($0.classToken ?? .zeros([1, 192]), .inference) }
    }
    // Of tokens that go through a norm alone, gradient times activation adds up to nothing but rounding.
    try expectAll(model, network, stage: "block10", [GradCAM(), LayerCAM()])
    // The class token reads nothing of the patches behind the last attention.
    var random = Philox(seed: 0)
    let last = ExplanationPlan([GradCAM()])(
      try network.image(0), classes: [1], of: network, random: &random)[0]
    #expect(last.flaws == [[.noGradient]])
    #expect(
      last.advice
        == "grad-cam: logit has no gradient at final for 1 of 1 maps; explain an earlier feature map, or the "
        + "logit")
  }

  /// A part of a photograph, since these methods run the network once for each of 512 channels.
  @Test(.enabled(if: has("squeezenet1_1"), "needs shared/weights"))
  func mapsThatAskTheNetworkAgain() throws {
    let (golden, network) = try (Golden("published_maps"), squeezeNet())
    let image = try network.image(0).slice(axis: 1, 64..<160).slice(axis: 2, 64..<160)
    let index = try Int(golden["small/class"].scalar)
    var random = Philox(seed: 0)
    let plan = ExplanationPlan([AblationCAM(), ScoreCAM(), FinerCAM()])
    for found in plan(image, classes: [index], of: network, random: &random) {
      try expect(found.maps, golden, "small/\(found.method)")
    }
  }
}
