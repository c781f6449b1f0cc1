import Autograd
import Configuration
import Foundation
import Models
import NeuralNetwork
import Synchronization
import TestSupport
import Testing

/// A component of one's own between the blocks of a transformer.
@Suite struct BlockComponentTests {
  /// Two images of 2 × 3 patches.
  private let images = formulaImages(2, 32, 48)

  /// A ViT-Tiny with the options of a YAML file, with every value by the formula.
  private func network(_ text: String) throws -> (backbone: any Backbone, store: ParameterStore) {
    try BlockComponents.adding(AttentionGain.self) {
      let options = try withTemporaryFolder { folder in
        try Data("image_size: 32\n\(text)\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/a.yaml"))
        return try ConfigurationLoader.load(ViTTiny.self, file: "\(folder)/a.yaml")
      }
      let store = ParameterStore(seed: 0)
      let backbone = options.build(in: store.root)
      store.fillByFormula()
      return (backbone, store)
    }
  }

  @Test func itIsCalledBetweenBlocksWithGridAndAttention() throws {
    let backbone = try network("between: [{name: attention-gain, strength: 0.5}]").backbone
    let log = CallLog()
    let features = CallLog.$current.withValue(log) { backbone(images, .inference) }
    let calls = log.calls
    #expect(calls.map(\.block) == Array(0..<11))
    for call in calls {
      #expect(call.depth == 12 && call.height == 2 && call.width == 3)
      #expect(call.tokens.shape == [2, 7, 192])
      // What a component is given is what the block in front has made.
      let tokens = features.source("block\(call.block)")
      #expect(call.tokens.scalars == tokens.scalars)
      #expect(call.attention.shape == [2, 3, 7, 7])
      expectClose(
        call.attention.sum(axes: [3]), Tensor(repeating: 1, shape: [2, 3, 7]),
        tolerance: tolerance(terms: 7), "block \(call.block)")
    }
  }

  @Test func itsParametersAreNamedByTheirPlace() throws {
    let list = "between: [attention-gain, {name: attention-gain, strength: 2}]"
    let (plain, own) = (try network("").store, try network(list).store)
    let names = plain.parameters.map(\.name)
    #expect(
      own.parameters.map(\.name).filter { !names.contains($0) } == ["between.0.gain", "between.1.gain"])
    #expect(Set(own.parameters.map(\.name)).isSuperset(of: names))
  }

  @Test func gradientsReachItsParametersAndWhatIsInFrontOfIt() throws {
    let (backbone, store) = try network("between: [attention-gain, {name: attention-gain, strength: 0.25}]")
    let gradients = backbone(images, .training(seed: 0, step: 0)).last.squared().mean().gradients()
    for name in ["between.0.gain", "between.1.gain", "blocks.0.attn.qkv.weight", "patch_embed.proj.weight"] {
      let parameter = try #require(store.parameters.first { $0.name == name })
      let gradient = try #require(gradients[parameter], "\(name)")
      #expect(gradient.scalars.allSatisfy { $0.isFinite }, "\(name)")
      #expect(gradient.scalars.contains { $0 != 0 }, "\(name)")
    }
  }

  @Test func oneThatAddsNothingChangesNoByte() throws {
    let plain = try network("").backbone
    let idle = try network("between: [{name: attention-gain, strength: 0}]").backbone
    let (expected, actual) = (plain(images, .inference), idle(images, .inference))
    #expect(actual.names == expected.names)
    for name in expected.names { #expect(isSame(actual.source(name), expected.source(name)), "\(name)") }
    let left = try #require(plain.attention)
    let right = try #require(idle.attention)
    #expect(isSame(left.attentionWeights(images, block: 11), right.attentionWeights(images, block: 11)))
    #expect(isSame(left.patchAttention(images, blocks: 8...11), right.patchAttention(images, blocks: 8...11)))
  }

  @Test func attentionIsThatOfTheNetworkWithIt() throws {
    let backbone = try network("between: [{name: attention-gain, strength: 0.5}]").backbone
    let log = CallLog()
    _ = CallLog.$current.withValue(log) { backbone(images, .inference) }
    let attention = try #require(backbone.attention)
    for call in log.calls.prefix(4) {
      let weights = attention.attentionWeights(images, block: call.block)
      #expect(weights.scalars == call.attention.scalars, "block \(call.block)")
    }
    let blocks = 1...3
    let mean = log.calls[blocks].map { $0.attention.mean(axes: [1]) }.reduce(Tensor.zeros([2, 7, 7]), +) / 3
    expectClose(
      attention.patchAttention(images, blocks: blocks),
      mean.slice(axis: 1, 1..<7).slice(axis: 2, 1..<7), tolerance: tolerance(terms: 9))
    // Behind the first block, the component has had its say.
    let plain = try #require(try network("").backbone.attention)
    let differs = [0, 1, 11].map { block in
      plain.attentionWeights(images, block: block).scalars
        != attention.attentionWeights(images, block: block).scalars
    }
    #expect(differs == [false, true, true])
  }

  /// Whether two tensors have the same bytes.
  private func isSame(_ left: Tensor, _ right: Tensor) -> Bool {
    left.shape == right.shape && left.scalars.map(\.bitPattern) == right.scalars.map(\.bitPattern)
  }
}

/// Adds to each token a learned vector, by how much attention the token gets.
private struct AttentionGain: BlockComponent {
  static let name = "attention-gain"

  @Setting("factor on what is added") var strength: Float = 1

  func build(channels: Int, depth: Int, in scope: ParameterScope) -> any BlockModule {
    AttentionGainModule(
      strength: strength, gain: scope.parameter("gain", [1, 1, channels], .truncatedNormal(0.02)))
  }
}

private struct AttentionGainModule: BlockModule {
  let strength: Float
  let gain: Parameter

  func callAsFunction(_ tokens: Tensor, _ state: BlockState, _ pass: Pass) -> Tensor {
    let attention = state.attention()
    CallLog.current?.add(CallLog.Call(state, tokens: tokens, attention: attention))
    let received = attention.mean(axes: [1, 2]).reshaped(to: [tokens.shape[0], tokens.shape[1], 1])
    return tokens + received * gain(pass) * strength
  }
}

/// What the component was called with.
private final class CallLog: Sendable {
  struct Call {
    let (block, depth, height, width): (Int, Int, Int, Int)
    let tokens: Tensor
    let attention: Tensor

    init(_ state: BlockState, tokens: Tensor, attention: Tensor) {
      (block, depth, height, width) = (state.block, state.depth, state.height, state.width)
      self.tokens = tokens
      self.attention = attention
    }
  }

  /// The log of the test that is running.
  @TaskLocal static var current: CallLog?

  private let entries = Mutex<[Call]>([])

  var calls: [Call] { entries.withLock { $0 } }

  func add(_ call: Call) { entries.withLock { $0.append(call) } }
}
