public import Autograd
public import Configuration
public import Imaging
public import Models
import NeuralNetwork

/// Class maps that spread over places with alike features: a random walk on a feature map of the classifier
/// (the walk of Ahn, Kwak: Learning Pixel-level Semantic Affinity, 2018, on cosines of the classifier's own
/// features in place of a trained affinity network).
///
///     A_ij = max(0, cos(f_i, f_j))^power where i and j are nearer than `radius`, rows scaled to add up to 1
///     M ← A M, `steps` times
///
/// With a radius the matrix is sparse: `steps` products of at most 69 multiply-adds for each place and class
/// where the radius is 5. They give what the `steps`-th power of the dense matrix gives.
/// A middle stage fits best: the last tokens of a transformer have grown alike.
public struct RandomWalk: Refiner {
  public static let name = "random-walk"

  @Setting("The feature map whose cosines lead the walk; empty for the last.") public var stage = ""
  @Setting("The side of the photograph for the classifier, in pixels.", 1...8192)
  public var baseSize = 448
  @Setting(
    "The distance that a move stays below, in places of the feature map; 0 lets it reach all.",
    .where("use 0, or 2 to 8192") { $0 == 0 || 2...8192 ~= $0 })
  public var radius = 5
  @Setting("The exponent on cosines: larger keeps the walk among more alike places.", .above(0, upTo: 1000))
  public var power: Float = 10
  @Setting("How often scores move.", 0...10_000) public var steps = 256
  @Setting(
    "The value below which a pixel is background after the walk, 0 to 1; seeds: that of seeds.background.",
    .numberOr(0...1))
  public var backgroundThreshold: NumberOr<BackgroundWord> = 0.5
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

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try backbone.requireStage(stage, option: "stage")
  }

  public func evidence(_ images: Tensor, of classifier: any Classifier) -> Tensor? {
    let maps = classifier.features(images)
    let map = stage.isEmpty ? maps.last : maps[stage]
    return map.reshaped(to: [map.shape[1], map.shape[2], map.shape[3]])
  }

  /// The walk with `strength` times as many moves, among places that need be so much less alike: an exponent
  /// on cosines of `power / strength`.
  public func atStrength(_ strength: Float) -> any Refiner {
    var copy = self
    copy.steps = min(Int((Float(steps) * strength).rounded(.up)), 10_000)
    copy.power = min(power / strength, 1000)
    return copy
  }

  public func refine(_ scores: Tensor, image: Image, evidence: Tensor?) -> Tensor {
    let evidence = required(evidence, Self.name)
    let (rows, columns, channels) = (evidence.shape[0], evidence.shape[1], evidence.shape[2])
    if radius > 0 {
      let affinity = NeighborAffinity(evidence, radius: radius, power: power)
      return walk(scores, rows: rows, columns: columns, move: affinity.moved)
    }
    let directions = evidence.reshaped(to: [rows * columns, channels]).l2Normalized()
    let affinity = directions.matmul(directions, transposingOther: true).relu().power(power)
    return walk(scores, affinity: affinity, rows: rows, columns: columns)
  }
}
