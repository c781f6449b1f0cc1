public import Configuration

/// Parameters that are trained differently from the rest, named by how their names begin.
public struct ParameterGroupSection: Section, Validatable {
  /// What the names of the group's parameters begin with.
  public var match = ""
  /// The group's learning rate, relative to the optimizer's.
  public var learningRateScale: Float = 1
  /// The group's weight decay, relative to the optimizer's.
  public var weightDecayScale: Float = 1

  public static let documentation = [
    "match": "what the parameters' names begin with",
    "learningRateScale": "learning rate relative to the optimizer's; 0 freezes the group",
    "weightDecayScale": "weight decay relative to the optimizer's",
  ]

  public init() {}

  /// A group of the parameters whose names begin with `match`.
  public init(match: String, learningRateScale: Float) {
    self.match = match
    self.learningRateScale = learningRateScale
  }

  public func validate() throws(ConfigurationError) {
    let scales = [("learning_rate_scale", learningRateScale), ("weight_decay_scale", weightDecayScale)]
    for (key, scale) in scales where !(scale >= 0) { throw .invalid(key, "is \(scale); use 0 or more") }
  }
}
