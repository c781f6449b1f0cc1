import Autograd
import Configuration
import Imaging
import Models
import NeuralNetwork
import Reporting
import Synchronization
import TestSupport
import Testing
import Training

/// What a file of pretrained weights may look like, and what is said of it.
@Suite struct PretrainedFileTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/weights.safetensors"
  }

  @Test(arguments: ["", "module.", "model.", "_orig_mod.", "state_dict.model.", "backbone."])
  func namesMayStandBehindAPrefix(_ prefix: String) throws {
    let (entries, values) = pretrained()
    let others = prefix.isEmpty ? [] : [("loss.scale", Tensor(1))]
    let head = [("\(prefix)head.weight", Tensor(repeating: 1, shape: [3, 2]))]
    try write(entries.map { (prefix + $0.0, $0.1) } + head + others)
    let (store, said) = try loaded()
    #expect(store.parameters.map(\.value.scalars) == values)
    let below = prefix.isEmpty ? "" : " below \(prefix)"
    let leftOut = (head + others).map(\.0).sorted().joined(separator: ", ")
    #expect(said == ["note: weights \(path): \(entries.count) tensors\(below); left out: \(leftOut)"])
  }

  /// As checkpoints of self-distillation do.
  @Test func aNetworkThatLiesThereTwiceIsRefused() throws {
    let (entries, _) = pretrained()
    try write(["student.", "teacher."].flatMap { prefix in entries.map { (prefix + $0.0, $0.1) } })
    #expect {
      try loaded()
    } throws: { error in
      "\(error)" == """
        \(path): holds the network 2 times, below student. and teacher.; \
        save the one to start from in a file of its own
        """
    }
  }

  @Test func whatTheBackboneLacksIsRefusedBehindAPrefixToo() throws {
    try write(pretrained().entries.map { ("module." + $0.0, $0.1) } + [("module.reg_token", Tensor(1))])
    #expect {
      try loaded()
    } throws: { error in
      "\(error)" == """
        \(path): does not fit the model: unused 1: module.reg_token; \
        choose the model that the weights were made for
        """
    }
  }

  /// A whole checkpoint of a run holds the optimizer's tensors, whose names end alike.
  @Test func aCheckpointOfARunIsLoaded() throws {
    let (entries, values) = pretrained()
    let own = entries.map { ("backbone." + $0.0, $0.1) }
    try write(own + own.map { ("optimizer.exp_avg." + $0.0, $0.1) } + [("classifier.weight", Tensor(1))])
    let (store, said) = try loaded()
    #expect(store.parameters.map(\.value.scalars) == values)
    #expect(said[0].hasPrefix("note: weights \(path): \(entries.count) tensors below backbone.; left out: "))
  }

  @Test func positionsOfOtherSizesAreResized() throws {
    let entries = pretrained().entries.map { name, tensor in
      name == "pos_embed" ? (name, Tensor(repeating: 0.25, shape: [1, 10, 192])) : (name, tensor)
    }
    try write(entries)
    let (store, said) = try loaded()
    let positions = try #require(store.parameters.first { $0.name == "backbone.pos_embed" })
    expectClose(positions.value, Tensor(repeating: 0.25, shape: [1, 5, 192]), tolerance: 1e-6)
    #expect(
      said.last == """
        note: \(path): the position embedding of 3 × 3 patches was resized to 2 × 2; \
        model.backbone.image_size=48 keeps it as it is
        """)
  }

  /// Eleven tokens are no square and a class token.
  @Test func positionsOfNoSquareAreRefused() throws {
    try write(
      pretrained().entries.map { name, tensor in
        name == "pos_embed" ? (name, Tensor.zeros([1, 11, 192])) : (name, tensor)
      })
    #expect {
      try loaded()
    } throws: { error in
      "\(error)" == """
        \(path): does not fit the model: mis-shaped 1: backbone.pos_embed is [1, 11, 192], not [1, 5, 192]; \
        choose the model that the weights were made for
        """
    }
  }

  @Test func kernelsOfZerosAreSaid() throws {
    try write(
      pretrained().entries.map { name, tensor in
        (name, name == "blocks.3.mlp.fc1.weight" ? Tensor.zeros(tensor.shape) : tensor)
      })
    #expect(
      try loaded().said.last
        == "warning: \(path): 1 kernels hold nothing but zeros, the first is blocks.3.mlp.fc1.weight")
  }

  /// What the network expects of its input belongs to the weights.
  @Test func theFileSaysItsMeanAndDeviation() throws {
    try write(pretrained().entries, ["mean": "[0.5, 0.25, 0.5]", "std": "0.5 0.5 0.125"])
    var model = options()
    #expect(model.normalization == .imageNet)
    #expect(
      try loaded(model).said.last == """
        warning: \(path): was made for mean [0.5, 0.25, 0.5] and deviation [0.5, 0.5, 0.125], but model.mean \
        is [0.485, 0.456, 0.406] and model.deviation [0.229, 0.224, 0.225]
        """)
    model = try model.withStatisticsOfWeights()
    #expect(model.mean == [0.5, 0.25, 0.5])
    #expect(model.deviation == [0.5, 0.5, 0.125])
    #expect(try loaded(model).said.count == 1)
    // An option stands above what the file says.
    model.mean = [0, 0, 0]
    #expect(try model.withStatisticsOfWeights().mean == [0, 0, 0])
  }

  @Test(arguments: ["0.5", "a b c", "[0.5, 0.5, 127]", "[nan, 0.5, 0.5]", "0.5 0.5 0.5 0.5", ""])
  func statisticsThatAreNoneAreRefused(_ mean: String) throws {
    try write(pretrained().entries, ["mean": mean, "std": "[0.5, 0.5, 0.5]"])
    #expect {
      try options().withStatisticsOfWeights()
    } throws: { error in
      "\(error)" == """
        \(path): its metadata says that mean is \(mean), where three numbers from 0 to 1 are expected; \
        set model.mean and model.deviation
        """
    }
  }

  /// A file that says half of it means the other half of what is usual, or else is refused.
  @Test func halfOfTheStatisticsIsEnoughWhereItIsTheUsualHalf() throws {
    var model = options()
    model.backbone = Choice(EfficientNetLite0())
    #expect(model.normalization == .half)
    try write(pretrained().entries, ["mean": "0.5 0.5 0.5"])
    #expect(try model.withStatisticsOfWeights().normalization == .half)
    #expect(try model.withStatisticsOfWeights().mean == [0.5, 0.5, 0.5])
    #expect {
      try options().withStatisticsOfWeights()
    } throws: { error in
      "\(error)" == """
        \(path): its metadata says that std is missing, where three numbers from 0 to 1 are expected; \
        set model.mean and model.deviation
        """
    }
    try write(pretrained().entries, ["std": "[0.229, 0.224, 0.225]"])
    #expect(try options().withStatisticsOfWeights().normalization == .imageNet)
  }

  /// timm's networks that are known to expect 0.5, in files that do not say so.
  @Test(arguments: [
    ("vit_tiny_patch16_224", "vit_"), ("vit_tiny_patch16_224.augreg_in21k", "augreg"),
    ("mobilenet_v2_tf_dequant", "tf_"), ("deit_tiny_patch16_224", nil), ("vit_small_patch16_224.dino", nil),
  ])
  func namesThatUsuallyMeanOtherStatisticsAreSaid(_ name: String, _ word: String?) throws {
    let path = folder.path + "/\(name).safetensors"
    try write(pretrained().entries, to: path)
    let said = try loaded(options(path)).said
    #expect(said.count == (word == nil ? 1 : 2))
    guard let word else { return }
    #expect(
      said.last == """
        warning: \(path): says no mean and deviation, and networks called "\(word)" are as a rule made for \
        0.5 and 0.5; if these are, set model.mean=[0.5,0.5,0.5] and model.deviation=[0.5,0.5,0.5]
        """)
  }

  /// The tensors of a small transformer, and the values in the model's order.
  private func pretrained() -> (entries: [(String, Tensor)], values: [[Float]]) {
    let store = ParameterStore(seed: 0)
    _ = tiny.build(in: store.root)
    store.fillByFormula()
    return (store.stateEntries().map { ($0.name, $0.tensor) }, store.parameters.map(\.value.scalars))
  }

  private var tiny: ViTTiny {
    var options = ViTTiny()
    options.imageSize = 32
    return options
  }

  private func options(_ path: String? = nil) -> ModelOptions {
    var model = ModelOptions()
    model.backbone = Choice(tiny)
    model.weights = path ?? self.path
    return model
  }

  private func write(
    _ entries: [(String, Tensor)], _ metadata: [String: String] = [:], to path: String? = nil
  ) throws {
    try SafetensorsWriter.write(
      entries.map { (name: $0.0, tensor: $0.1) }, metadata: metadata, to: path ?? self.path)
  }

  private func loaded(_ model: ModelOptions? = nil) throws -> (store: ParameterStore, said: [String]) {
    let model = model ?? options()
    let store = ParameterStore(seed: 1)
    _ = model.backbone.component.build(in: store.root["backbone"])
    let ear = Ear()
    try store.startBackbone(from: model, telling: Reporter([Listener(ear: ear)]))
    return (store, ear.said.withLock { $0 })
  }
}

/// What was said.
private final class Ear: Sendable {
  let said = Mutex<[String]>([])
}

private struct Listener: Sink {
  let ear: Ear

  func receive(_ event: Event) {
    switch event {
    case .note(let text): ear.said.withLock { $0.append("note: \(text)") }
    case .warning(let text): ear.said.withLock { $0.append("warning: \(text)") }
    default: break
    }
  }
}
