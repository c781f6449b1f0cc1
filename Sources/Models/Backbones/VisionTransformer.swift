public import Autograd
public import NeuralNetwork

/// A vision transformer on patches of 16 × 16 pixels with timm's names (Dosovitskiy et al., ICLR 2021).
///
/// Pre-norm blocks behind a patch embedding; maps `block0` … are the patch tokens behind each block, `final`
/// those behind the last norm, and the class token is behind that norm, too. The position embedding is
/// resized to the grid of the images by bicubic interpolation with a = −0.75, as in ToCo.
public struct VisionTransformer: Backbone {
  public let stages: [BackboneStage]
  /// The side of a patch in pixels.
  public static let patch = 16
  private let name: String
  private let patchEmbedding: Conv2D
  private let classToken: Parameter
  private let positions: Parameter
  private let grid: Int
  private let blocks: [TransformerBlock]
  private let norm: LayerNorm

  init(_ name: String, channels: Int, heads: Int, depth: Int, imageSize: Int, in scope: ParameterScope) {
    precondition(
      imageSize > 0 && imageSize % Self.patch == 0,
      "\(name): the image size must be a multiple of \(Self.patch), not \(imageSize)")
    self.name = name
    grid = imageSize / Self.patch
    classToken = scope.parameter("cls_token", [1, 1, channels], .normal(1e-6))
    positions = scope.parameter("pos_embed", [1, grid * grid + 1, channels], .truncatedNormal(0.02))
    patchEmbedding = Conv2D(
      3, channels, kernel: Self.patch, stride: Self.patch, in: scope["patch_embed"]["proj"])
    blocks = (0..<depth).map { TransformerBlock(channels, heads: heads, in: scope["blocks"][$0]) }
    norm = LayerNorm(channels, in: scope["norm"])
    let names = (0..<depth).map { "block\($0)" } + ["final"]
    stages = names.map { BackboneStage($0, channels: channels, stride: Self.patch) }
  }

  public func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    var tokens = embed(images, pass)
    let (height, width) = (images.shape[1] / Self.patch, images.shape[2] / Self.patch)
    var features = FeatureMaps()
    for (block, stage) in zip(blocks, stages) {
      tokens = block(tokens, pass)
      features.append(stage.name, tokens: tokens, height: height, width: width)
    }
    tokens = norm(tokens, pass)
    features.append("final", tokens: tokens, height: height, width: width)
    features.classToken = tokens.slice(axis: 1, 0..<1).reshaped(to: [tokens.shape[0], tokens.shape[2]])
    return features
  }

  /// How much each token attends to each other in one block, for inference:
  /// `[batch, heads, tokens, tokens]`, the class token first; rows sum to 1.
  ///
  /// - Precondition: `block` counts from 0 and exists.
  public func attentionWeights(_ images: Tensor, block index: Int) -> Tensor {
    precondition(blocks.indices.contains(index), "\(name): there is no block \(index)")
    let tokens = blocks[..<index].reduce(embed(images, .inference)) { $1($0, .inference) }
    return blocks[index].attentionWeights(tokens, .inference)
  }

  /// How much patches attend to each other, averaged over blocks and heads, for inference:
  /// `[batch, patches, patches]`, without the class token, whose share rows lack to 1.
  ///
  /// - Precondition: `range` lies within the blocks, counted from 0.
  public func patchAttention(_ images: Tensor, blocks range: ClosedRange<Int>) -> Tensor {
    precondition(
      range.lowerBound >= 0 && range.upperBound < depth, "\(name): there are no blocks \(range)")
    var tokens = embed(images, .inference)
    let count = tokens.shape[1]
    var sum = Tensor.zeros([tokens.shape[0], count - 1, count - 1])
    for (index, block) in blocks[...range.upperBound].enumerated() {
      if range.contains(index) {
        let weights = block.attentionWeights(tokens, .inference).mean(axes: [1])
        sum = sum + weights.slice(axis: 1, 1..<count).slice(axis: 2, 1..<count)
      }
      if index < range.upperBound { tokens = block(tokens, .inference) }
    }
    return sum / Float(range.count)
  }

  /// The number of blocks.
  public var depth: Int { blocks.count }

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
    let channels = positions.shape[2]
    let patches = positions.slice(axis: 1, 1..<grid * grid + 1).reshaped(to: [1, grid, grid, channels])
      .resized(height: height, width: width, .bicubic)
    return .concatenated(
      [positions.slice(axis: 1, 0..<1), patches.reshaped(to: [1, height * width, channels])], axis: 1)
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

  func attentionWeights(_ input: Tensor, _ pass: Pass) -> Tensor {
    attention.weights(norm1(input, pass), pass)
  }
}
