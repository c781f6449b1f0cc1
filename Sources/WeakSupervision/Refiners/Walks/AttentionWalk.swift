public import Autograd
public import Configuration
public import Imaging
public import Models

/// Class maps that spread along a transformer's attention between patches
/// (the patch affinity of Xu et al.: Multi-class Token Transformer for Weakly Supervised Semantic
/// Segmentation, 2022).
///
///     A = mean over blocks and heads of the patches' attention, rows scaled to add up to 1
///     M ← A M, `steps` times
public struct AttentionWalk: Refiner, Validatable {
  public static let name = "attention-walk"

  @Setting("The first block whose attention counts, from 0.", 0...1000) public var firstBlock = 6
  @Setting("The last block whose attention counts.", 0...1000) public var lastBlock = 10
  @Setting("The side of the photograph for the classifier, in pixels.", 1...8192)
  public var baseSize = 448
  @Setting("How often scores move.", 0...1000) public var steps = 4
  @Setting(
    "The value below which a pixel is background after the walk, 0 to 1; seeds: that of seeds.background.",
    .numberOr(0...1))
  public var backgroundThreshold: NumberOr<BackgroundWord> = 0.64
  @Setting("minmax of each class, or max over all classes (IRN), to bring maps to 0 … 1 after the walk.")
  public var scale = WalkScale.minmax

  public init() {}

  private var walk: MapWalk {
    MapWalk(steps: steps, background: required(backgroundThreshold, Self.name), scale: scale)
  }

  public func with(_ background: BackgroundChoice) -> Self {
    var walk = self
    walk.backgroundThreshold = .number(backgroundThreshold.number(or: background.threshold))
    return walk
  }

  public var classifierSize: Int? { baseSize }

  public var readsShares: Bool { true }

  public func validate() throws(ConfigurationError) {
    guard lastBlock >= firstBlock else {
      throw .invalid("last_block", "is \(lastBlock); use first_block, which is \(firstBlock), or more")
    }
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    let depth = backbone.attentionDepth
    guard depth > 0 else {
      throw .invalid(
        "", "is attention-walk, but \(type(of: backbone).name) has no attention; use random-walk")
    }
    guard lastBlock < depth else {
      throw .invalid(
        "last_block", "is \(lastBlock), but there are the blocks 0 to \(depth - 1); use one of them")
    }
  }

  public func evidence(_ images: Tensor, of classifier: any Classifier) -> Tensor? {
    guard let attention = classifier.attention else {
      preconditionFailure("attention-walk: the classifier has no attention")
    }
    let weights = attention.patchAttention(images, blocks: firstBlock...lastBlock)
    let (rows, columns) = (images.shape[1] / attention.patch, images.shape[2] / attention.patch)
    return weights.reshaped(to: [rows, columns, rows * columns])
  }

  /// The walk with `strength` times as many moves.
  public func atStrength(_ strength: Float) -> any Refiner {
    var copy = self
    copy.steps = min(Int((Float(steps) * strength).rounded(.up)), 1000)
    return copy
  }

  public func refine(_ scores: Tensor, image: Image, evidence: Tensor?) -> Tensor {
    let evidence = required(evidence, Self.name)
    let (rows, columns) = (evidence.shape[0], evidence.shape[1])
    let affinity = evidence.reshaped(to: [rows * columns, rows * columns])
    return walk(scores, affinity: affinity, rows: rows, columns: columns)
  }
}
