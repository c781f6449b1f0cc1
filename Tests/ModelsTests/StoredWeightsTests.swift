import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

/// Pretrained weights of the shared folder against the outputs that are stored with them.
@Suite struct StoredWeightsTests {
  /// The bound on `max |a − b| / max |b|`.
  private let bound: Float = 1e-4

  private static func has(_ model: String) -> Bool {
    SharedFolder.has("weights/\(model).safetensors")
      && SharedFolder.has("weights/reference/\(model).reference.safetensors")
  }

  private func reference(_ model: String) throws -> SafetensorsReader {
    try SafetensorsReader(path: SharedFolder.file("weights/reference/\(model).reference.safetensors"))
  }

  private func load(_ store: ParameterStore, _ model: String) throws {
    try store.load(path: SharedFolder.file("weights/\(model).safetensors"))
  }

  /// A stored input as a batch of one, channel-last.
  private func input(_ file: SafetensorsReader, _ number: Int) throws -> Tensor {
    let image = try file.tensor("input.\(number)")
    return image.permuted([1, 2, 0]).reshaped(to: [1, image.shape[1], image.shape[2], 3])
  }

  private func expectReproduced(
    _ actual: Tensor, _ file: SafetensorsReader, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try file.tensor(name)
    let error = relativeError(actual.reshaped(to: expected.shape), expected)
    #expect(error < bound, "\(name): relative error \(error)", sourceLocation: sourceLocation)
  }

  @Test(.enabled(if: has("deit_tiny_patch16_224"), "needs shared/weights"))
  func deiTTiny() throws {
    let store = ParameterStore(seed: 0)
    let network = ViTTiny().build(in: store.root)
    let attention = try #require(network.attention)
    let head = Linear(192, 1000, in: store.root["head"])
    try load(store, "deit_tiny_patch16_224")
    let file = try reference("deit_tiny_patch16_224")
    for number in 0...1 {
      let image = try input(file, number)
      let features = network(image, .inference)
      let token = try #require(features.classToken)
      try expectReproduced(features.source("block0"), file, "tokens_block0.\(number)")
      try expectReproduced(features.source("final"), file, "tokens_final.\(number)")
      try expectReproduced(attention.attentionWeights(image, block: 11), file, "attn_block11.\(number)")
      try expectReproduced(head(token, .inference), file, "logits.\(number)")
    }
  }

  @Test(.enabled(if: has("mobilenet_v2_features"), "needs shared/weights"))
  func mobileNetV2Features() throws {
    let store = ParameterStore(seed: 0)
    let network = MobileNetV2().build(in: store.root)
    try load(store, "mobilenet_v2_features")
    let file = try reference("mobilenet_v2_features")
    for number in 0...1 {
      let features = network(try input(file, number), .inference).last
      try expectReproduced(features.permuted([0, 3, 1, 2]), file, "features.\(number)")
      try expectReproduced(features.globalAveragePool(), file, "pooled.\(number)")
    }
  }

  @Test(.enabled(if: has("mobilenet_v2_tf_dequant"), "needs shared/weights"))
  func mobileNetV2FromTensorFlow() throws {
    let store = ParameterStore(seed: 0)
    let network = MobileNetV2().build(in: store.root)
    let head = Linear(1280, 1000, in: store.root["classifier"][1])
    try load(store, "mobilenet_v2_tf_dequant")
    let file = try reference("mobilenet_v2_tf_dequant")
    for number in 0...1 {
      let features = network(try input(file, number), .inference).last
      try expectReproduced(features.permuted([0, 3, 1, 2]), file, "features.\(number)")
      try expectReproduced(head(features.globalAveragePool(), .inference), file, "logits.\(number)")
    }
  }

  @Test(.enabled(if: has("tf_efficientnet_lite0"), "needs shared/weights"))
  func efficientNetLite0() throws { try expectEfficientNet(EfficientNetLite0(), "tf_efficientnet_lite0") }

  @Test(.enabled(if: has("tf_efficientnet_lite2"), "needs shared/weights"))
  func efficientNetLite2() throws { try expectEfficientNet(EfficientNetLite2(), "tf_efficientnet_lite2") }

  private func expectEfficientNet(_ options: some EfficientNetLiteOptions, _ model: String) throws {
    let store = ParameterStore(seed: 0)
    let network = options.build(in: store.root)
    let head = Linear(1280, 1000, in: store.root["classifier"])
    try load(store, model)
    let file = try reference(model)
    for number in 0...1 {
      let features = network(try input(file, number), .inference).last
      try expectReproduced(features.permuted([0, 3, 1, 2]), file, "features.\(number)")
      try expectReproduced(features.globalAveragePool(), file, "pooled.\(number)")
      try expectReproduced(head(features.globalAveragePool(), .inference), file, "logits.\(number)")
    }
  }

  @Test(.enabled(if: has("squeezenet1_1"), "needs shared/weights"))
  func squeezeNet() throws {
    let store = ParameterStore(seed: 0)
    let network = SqueezeNet().build(in: store.root)
    let head = Conv2D(512, 1000, kernel: 1, in: store.root["classifier"][1])
    try load(store, "squeezenet1_1")
    let file = try reference("squeezenet1_1")
    for number in 0...1 {
      let features = network(try input(file, number), .inference).last
      try expectReproduced(features.permuted([0, 3, 1, 2]), file, "features.\(number)")
      try expectReproduced(head(features, .inference).relu().globalAveragePool(), file, "logits.\(number)")
    }
  }

  @Test(.enabled(if: has("deit_tiny_patch16_224"), "needs shared/weights"))
  func theImageNetHeadIsRefusedUnlessDeclared() throws {
    let store = ParameterStore(seed: 0)
    _ = ViTTiny().build(in: store.root)
    let path = SharedFolder.file("weights/deit_tiny_patch16_224.safetensors")
    #expect {
      try store.load(path: path)
    } throws: { error in
      "\(error)" == """
        \(path): does not fit the model: unused 2: head.bias, head.weight; \
        choose the model that the weights were made for
        """
    }
    let report = try store.load(path: path, tolerance: LoadTolerance(unused: ["head.*"]))
    #expect(report.loaded == 150)
  }
}
