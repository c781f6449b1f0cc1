public import Autograd
public import Configuration
public import NeuralNetwork

/// The options that all vision transformers share.
public protocol VisionTransformerOptions: BackboneOptions, Validatable {
  /// The channels of a token.
  static var channels: Int { get }
  /// The heads of an attention.
  static var heads: Int { get }
  /// The side of the square images that the position embedding was made for, in pixels.
  var imageSize: Int { get }
  /// How the position embedding is resized to other grids.
  var positions: PositionResampling { get }
  /// What works on the tokens between two blocks, in order.
  var between: [Choice<BlockComponents>] { get }
}

/// What the options of all vision transformers mean.
private enum TransformerKeys {
  static let imageSize = "side of the images that the position embedding was made for, in pixels"
  static let positions = "bicubic (as ToCo, DINO) or antialiased (as timm) resizing of the position embedding"
  static let between = "what works on the tokens between two blocks, in order"
}

extension VisionTransformerOptions {
  public static var headName: String { "head" }

  public var stages: [BackboneStage] {
    let names = (0..<attentionDepth).map { "block\($0)" } + ["final"]
    return names.map { BackboneStage($0, channels: Self.channels, stride: VisionTransformer.patch) }
  }

  public var attentionDepth: Int { 12 }
  public var hasClassToken: Bool { true }
  public var inputMultiple: Int { VisionTransformer.patch }

  public func validate() throws(ConfigurationError) {
    guard imageSize > 0, imageSize.isMultiple(of: VisionTransformer.patch) else {
      throw .invalid(
        "image_size",
        "is \(imageSize), which is not a multiple of \(VisionTransformer.patch); "
          + "use \(nearestLegalExtent(imageSize))")
    }
  }

  public func fit(_ name: String, found: Shape, needed: Shape) -> ParameterFit? {
    guard name == "pos_embed", found.rank == 3, needed.rank == 3, found[0] == 1, found[2] == needed[2],
      let from = PositionResampling.grid(of: found[1]), let to = PositionResampling.grid(of: needed[1])
    else { return nil }
    let note = """
      the position embedding of \(from) × \(from) patches was resized to \(to) × \(to); \
      model.backbone.image_size=\(from * VisionTransformer.patch) keeps it as it is
      """
    return ParameterFit(note) { [positions] in positions.resized($0, from: from, height: to, width: to) }
  }

  public func build(in scope: ParameterScope) -> any Backbone {
    VisionTransformer(Self.name, self, heads: Self.heads, in: scope)
  }

  public func buildWithHead(classes: Int, in scope: ParameterScope) -> any PublishedHead {
    precondition(between.isEmpty, "\(Self.name): published classifiers know nothing between the blocks")
    let transformer = VisionTransformer(Self.name, self, heads: Self.heads, in: scope)
    return TokenHead(transformer, classes: classes, in: scope[Self.headName])
  }
}

/// ViT-Tiny with patches of 16 pixels, as DeiT-Tiny: 192 channels, 3 heads, 5.7 M parameters.
public struct ViTTiny: VisionTransformerOptions {
  public static let name = "vit-tiny"
  public static let channels = 192
  public static let heads = 3

  @Setting(TransformerKeys.imageSize, 16...4096) public var imageSize = 224
  @Setting(TransformerKeys.positions) public var positions = PositionResampling.bicubic
  @Setting(TransformerKeys.between, .count(0...64)) public var between: [Choice<BlockComponents>] = []

  public init() {}
}

/// ViT-Small with patches of 16 pixels, as DeiT-Small: 384 channels, 6 heads, 22 M parameters.
public struct ViTSmall: VisionTransformerOptions {
  public static let name = "vit-small"
  public static let channels = 384
  public static let heads = 6

  @Setting(TransformerKeys.imageSize, 16...4096) public var imageSize = 224
  @Setting(TransformerKeys.positions) public var positions = PositionResampling.bicubic
  @Setting(TransformerKeys.between, .count(0...64)) public var between: [Choice<BlockComponents>] = []

  public init() {}
}

/// ViT-Base with patches of 16 pixels, as DeiT-Base: 768 channels, 12 heads, 86 M parameters.
public struct ViTBase: VisionTransformerOptions {
  public static let name = "vit-base"
  public static let channels = 768
  public static let heads = 12

  @Setting(TransformerKeys.imageSize, 16...4096) public var imageSize = 224
  @Setting(TransformerKeys.positions) public var positions = PositionResampling.bicubic
  @Setting(TransformerKeys.between, .count(0...64)) public var between: [Choice<BlockComponents>] = []

  public init() {}
}

/// A vision transformer on patches of 16 × 16 pixels with timm's names (Dosovitskiy et al., ICLR 2021).
///
/// Pre-norm blocks behind a patch embedding; maps `block0` … are the patch tokens behind each block, `final`
/// those behind the last norm, and the class token is behind that norm, too. Components of the options work
/// on all tokens between two blocks. The position embedding is resized to the grid of the images.
struct VisionTransformer: Backbone, TokenAttention {
  public let stages: [BackboneStage]
  /// The number of blocks.
  public var depth: Int { blocks.count }
  public var inputMultiple: Int { Self.patch }
  public var attention: (any TokenAttention)? { self }
  public var patch: Int { Self.patch }

  /// The side of a patch in pixels.
  static let patch = 16
  private let name: String
  private let patchEmbedding: Conv2D
  private let classToken: Parameter
  private let positions: Parameter
  private let grid: Int
  private let resampling: PositionResampling
  private let blocks: [TransformerBlock]
  private let between: [any BlockModule]
  private let norm: LayerNorm

  init(_ name: String, _ options: any VisionTransformerOptions, heads: Int, in scope: ParameterScope) {
    let imageSize = options.imageSize
    precondition(
      imageSize > 0 && imageSize % Self.patch == 0,
      "\(name): the image size must be a multiple of \(Self.patch), not \(imageSize)")
    self.name = name
    stages = options.stages
    let channels = stages[0].channels
    grid = imageSize / Self.patch
    resampling = options.positions
    classToken = scope.parameter("cls_token", [1, 1, channels], .normal(1e-6))
    positions = scope.parameter("pos_embed", [1, grid * grid + 1, channels], .truncatedNormal(0.02))
    patchEmbedding = Conv2D(
      3, channels, kernel: Self.patch, stride: Self.patch, in: scope["patch_embed"]["proj"])
    let depth = options.attentionDepth
    blocks = (0..<depth).map { TransformerBlock(channels, heads: heads, in: scope["blocks"][$0]) }
    between = options.between.enumerated().map { index, choice in
      choice.component.build(channels: channels, depth: depth, in: scope[BlockComponents.scope][index])
    }
    norm = LayerNorm(channels, in: scope["norm"])
  }

  func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    let (height, width) = (images.shape[1] / Self.patch, images.shape[2] / Self.patch)
    var features = FeatureMaps()
    let tokens = walk(images, through: depth, pass) { index, _, output in
      features.append(stages[index].name, tokens: output, height: height, width: width)
    }
    features.end("final", tokens: norm(tokens, pass), height: height, width: width)
    return features
  }

  /// The maps up to the one that the last block reads, with the class token that it reads.
  func beforeLastBlock(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    let (height, width) = (images.shape[1] / Self.patch, images.shape[2] / Self.patch)
    var features = FeatureMaps()
    let tokens = walk(images, through: depth - 1, pass) { index, _, output in
      features.append(stages[index].name, tokens: output, height: height, width: width)
    }
    features.classToken = tokens.slice(axis: 1, 0..<1).reshaped(to: [tokens.shape[0], tokens.shape[2]])
    return features
  }

  /// All tokens behind the last norm, `[batch, 1 + patches, channels]`, from what the last block reads.
  ///
  /// - Precondition: the features are those before the last block.
  func behindLastBlock(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    guard let token = features.classToken else {
      preconditionFailure("\(name): the features have no class token for the last block")
    }
    let map = features.last
    let (batch, channels) = (map.shape[0], map.shape[3])
    let tokens = Tensor.concatenated(
      [
        token.reshaped(to: [batch, 1, channels]),
        map.reshaped(to: [batch, map.shape[1] * map.shape[2], channels]),
      ], axis: 1)
    return norm(blocks[depth - 1](tokens, pass), pass)
  }

  func features(_ images: Tensor) -> FeatureMaps {
    let (height, width) = (images.shape[1] / Self.patch, images.shape[2] / Self.patch)
    var features = FeatureMaps()
    var attention: [Tensor] = []
    let tokens = walk(images, through: depth, .inference) { index, _, output in
      features.append(stages[index].name, tokens: output, height: height, width: width)
    } note: {
      attention.append($0)
    }
    features.end("final", tokens: norm(tokens, .inference), height: height, width: width)
    features.attention = attention
    return features
  }

  func ending(_ features: FeatureMaps, behind block: Int, as stage: String) -> FeatureMaps {
    precondition(blocks.indices.contains(block), "\(name): there is no block \(block)")
    let tokens = features.source(stages[block].name)
    let grid = features[stages[block].name].shape
    var last = FeatureMaps()
    last.end(
      stage, tokens: stage == "final" ? norm(tokens, .inference) : tokens, height: grid[1], width: grid[2])
    return last
  }

  /// The tokens behind the first `count` blocks and what stands between them; `each` sees the input and the
  /// output of every block, `note` its attention, through which gradients pass then.
  private func walk(
    _ images: Tensor, through count: Int, _ pass: Pass,
    each: (_ block: Int, _ input: Tensor, _ output: Tensor) -> Void = { _, _, _ in },
    note: ((Tensor) -> Void)? = nil
  ) -> Tensor {
    var tokens = embed(images, pass)
    for (index, block) in blocks[..<count].enumerated() {
      let input = tokens
      tokens = note.map { block(input, pass, note: $0) } ?? block(input, pass)
      each(index, input, tokens)
      guard index < depth - 1, !between.isEmpty else { continue }
      let state = BlockState(
        block: index, depth: depth, height: images.shape[1] / Self.patch,
        width: images.shape[2] / Self.patch, attention: { block.attentionWeights(input, pass) })
      tokens = between.reduce(tokens) { $1($0, state, pass) }
    }
    return tokens
  }

  func attentionWeights(_ images: Tensor, block index: Int) -> Tensor {
    precondition(blocks.indices.contains(index), "\(name): there is no block \(index)")
    let tokens = walk(images, through: index, .inference)
    return blocks[index].attentionWeights(tokens, .inference)
  }

  func patchAttention(_ images: Tensor, blocks range: ClosedRange<Int>) -> Tensor {
    precondition(
      range.lowerBound >= 0 && range.upperBound < depth, "\(name): there are no blocks \(range)")
    let count = 1 + (images.shape[1] / Self.patch) * (images.shape[2] / Self.patch)
    var sum = Tensor.zeros([images.shape[0], count - 1, count - 1])
    func add(_ block: Int, _ tokens: Tensor) {
      let weights = blocks[block].attentionWeights(tokens, .inference).mean(axes: [1])
      sum = sum + weights.slice(axis: 1, 1..<count).slice(axis: 2, 1..<count)
    }
    let tokens = walk(images, through: range.upperBound, .inference) { block, input, _ in
      if range.contains(block) { add(block, input) }
    }
    add(range.upperBound, tokens)
    return sum / Float(range.count)
  }

  /// The tokens of `images` before the first block, `[batch, 1 + patches, channels]`, the class token first.
  func embed(_ images: Tensor, _ pass: Pass) -> Tensor {
    checkImages(name, images, multiple: Self.patch)
    let patches = patchEmbedding(images, pass)
    let (batch, height, width) = (patches.shape[0], patches.shape[1], patches.shape[2])
    let channels = patches.shape[3]
    let first = classToken(pass) + Tensor.zeros([batch, 1, channels])
    let tokens = Tensor.concatenated(
      [first, patches.reshaped(to: [batch, height * width, channels])], axis: 1)
    return tokens + positionEmbedding(height, width, pass)
  }

  private func positionEmbedding(_ height: Int, _ width: Int, _ pass: Pass) -> Tensor {
    let positions = positions(pass)
    if height == grid, width == grid { return positions }
    return resampling.resized(positions, from: grid, height: height, width: width)
  }
}

/// `x + attention(norm(x))`, then `x + mlp(norm(x))`.
private struct TransformerBlock: Layer {
  private let norm1: LayerNorm
  private let attention: Attention
  private let norm2: LayerNorm
  private let mlp: MLP

  init(_ channels: Int, heads: Int, in scope: ParameterScope) {
    norm1 = LayerNorm(channels, in: scope["norm1"])
    attention = Attention(channels, heads: heads, in: scope["attn"])
    norm2 = LayerNorm(channels, in: scope["norm2"])
    mlp = MLP(channels, hidden: 4 * channels, in: scope["mlp"])
  }

  func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    let attended = input + attention(norm1(input, pass), pass)
    return attended + mlp(norm2(attended, pass), pass)
  }

  /// The same, with gradients that pass through the attention that `note` is given.
  func callAsFunction(_ input: Tensor, _ pass: Pass, note: (Tensor) -> Void) -> Tensor {
    let attended = input + attention(norm1(input, pass), pass, note: note)
    return attended + mlp(norm2(attended, pass), pass)
  }

  func attentionWeights(_ input: Tensor, _ pass: Pass) -> Tensor {
    attention.weights(norm1(input, pass), pass)
  }
}

extension FeatureMaps {
  /// Appends the tokens of a network with a class token, which is the first, as the last map.
  fileprivate mutating func end(_ name: String, tokens: Tensor, height: Int, width: Int) {
    append(name, tokens: tokens, height: height, width: width)
    classToken = tokens.slice(axis: 1, 0..<1).reshaped(to: [tokens.shape[0], tokens.shape[2]])
  }
}
