public import Autograd
public import Configuration
public import NeuralNetwork

/// What a component between two blocks of a transformer can know of the place where it stands.
public struct BlockState {
  /// The block in front of it, counted from 0.
  public let block: Int
  /// The number of blocks of the network.
  public let depth: Int
  /// The rows and columns of the patch tokens.
  public let height: Int
  public let width: Int
  /// How the tokens attended to each other in the block in front, `[batch, heads, tokens, tokens]`, the class
  /// token first; made when it is asked for.
  public let attention: () -> Tensor
}

/// A network part that works on the tokens between the blocks of a transformer.
public protocol BlockModule {
  /// The tokens that the next block reads, of the shape of `tokens`, `[batch, 1 + patches, channels]`, which
  /// the block in front has given.
  func callAsFunction(_ tokens: Tensor, _ state: BlockState, _ pass: Pass) -> Tensor
}

/// The options of something that works on the tokens between two blocks, which build it.
public protocol BlockComponent: Component {
  /// The part for a network of `depth` blocks on tokens of `channels`, with its parameters below `scope`.
  func build(channels: Int, depth: Int, in scope: ParameterScope) -> any BlockModule
}

/// What can stand between the blocks of a transformer.
public enum BlockComponents: Family {
  public typealias Member = any BlockComponent

  public static let members: [any Component.Type] = []

  /// The part of the backbone's parameter names that belongs to these components; files of pretrained weights
  /// do not have it.
  public static let scope = "between"
}
