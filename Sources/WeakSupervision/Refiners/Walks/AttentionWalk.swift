public import Autograd
import Configuration
public import Models

/// Class maps that spread along a transformer's attention between patches
/// (the patch affinity of Xu et al.: Multi-class Token Transformer for Weakly Supervised Semantic
/// Segmentation, 2022).
///
///     A = mean over blocks and heads of the patches' attention, rows scaled to add up to 1
///     M ← A M, `steps` times
public struct AttentionWalk: ClassifierRefiner {
  public static let name = "attention-walk"
  public static let documentation = [
    "firstBlock": "The first block whose attention counts, from 0.",
    "lastBlock": "The last block whose attention counts.",
    "baseSize": "The side of the photograph for the classifier, in pixels.",
    "steps": "How often scores move.",
    "backgroundThreshold": "The value below which a pixel is background after the walk, 0 to 1.",
  ]

  public var firstBlock = 6
  public var lastBlock = 10
  public var baseSize = 448
  public var steps = 4
  public var backgroundThreshold: Float = 0.64

  public init() {}

  private var walk: MapWalk { MapWalk(steps: steps, background: backgroundThreshold) }

  public var problem: String? {
    if baseSize < 1 { return "base_size is \(baseSize); use a number of pixels" }
    if firstBlock < 0 || lastBlock < firstBlock {
      return "first_block is \(firstBlock) and last_block is \(lastBlock); use 0 or more, in this order"
    }
    return walk.problem
  }

  public func problem(for backbone: any Backbone) -> String? {
    guard let transformer = backbone as? VisionTransformer else {
      return "attention-walk needs a vision transformer; use random-walk"
    }
    if lastBlock < transformer.depth { return nil }
    return "last_block is \(lastBlock); the backbone has the blocks 0 to \(transformer.depth - 1)"
  }

  public func evidence(_ images: Tensor, _ backbone: any Backbone) -> Tensor {
    guard let transformer = backbone as? VisionTransformer else {
      preconditionFailure("attention-walk: \(type(of: backbone)) has no attention")
    }
    let attention = transformer.patchAttention(images, blocks: firstBlock...lastBlock)
    let (rows, columns) = (
      images.shape[1] / VisionTransformer.patch, images.shape[2] / VisionTransformer.patch
    )
    return attention.reshaped(to: [rows, columns, rows * columns])
  }

  public func refine(_ scores: Tensor, evidence: Tensor) -> Tensor {
    let (rows, columns) = (evidence.shape[0], evidence.shape[1])
    let affinity = evidence.reshaped(to: [rows * columns, rows * columns])
    return walk(scores, affinity: affinity, rows: rows, columns: columns)
  }
}
