public import Autograd

/// Whether a map depends on what its network has learnt: the rank correlation with the maps of networks whose
/// parameters are random, from the head down to more and more of them (Adebayo et al., "Sanity Checks for
/// Saliency Maps", NeurIPS 2018).
public struct ModelRandomization: Sendable, Equatable {
  /// What is random at each point, from the head on.
  public let parts: [String]
  /// The mean correlation at each point, −1 to 1; near 0 is good.
  public private(set) var correlations: [ScoreMean]

  /// The check of no map, over the parts that become random after another.
  public init(parts: [String]) {
    self.parts = parts
    correlations = [ScoreMean](repeating: ScoreMean(), count: parts.count)
  }

  /// Counts a map `[rows, columns]` of the trained network against the one that `randomized` makes where the
  /// parts up to an index are random.
  ///
  /// A map that is constant or not finite on either side is skipped: it says nothing.
  public mutating func add(_ map: Tensor, randomized: (_ last: Int) -> Tensor) {
    for index in parts.indices {
      let other = randomized(index)
      correlations[index].add(
        other.shape == map.shape ? rankCorrelation(map.scalars, other.scalars) : nil)
    }
  }
}
