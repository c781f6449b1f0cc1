public import Configuration
public import NeuralNetwork

/// The options of an optimizer, from which it is built for groups of parameters.
public protocol OptimizerOptions: Component, Validatable {
  /// The learning rate of a group with scale 1, before the schedule.
  var learningRate: Float { get }
  /// The weight decay of a group with scale 1.
  var weightDecay: Float { get }

  /// The optimizer that trains `groups`.
  func build(_ groups: [ParameterGroup]) -> any Optimizer
}

extension OptimizerOptions {
  public func validate() throws(ConfigurationError) { try validateRates() }

  /// Checks the numbers that all optimizers have.
  func validateRates() throws(ConfigurationError) {
    guard learningRate > 0 else {
      throw .invalid("learning_rate", "is \(learningRate); use a number above 0")
    }
    guard weightDecay >= 0 else { throw .invalid("weight_decay", "is \(weightDecay); use 0 or more") }
  }

  /// The optimizer for all parameters of `store`, with the exceptions of `rules`.
  func build(for store: ParameterStore, rules: [ParameterGroupOptions]) -> any Optimizer {
    build(
      ParameterGroup.groups(
        of: store.parameters, learningRate: learningRate, weightDecay: weightDecay,
        rules: rules.map {
          ParameterRule(
            match: $0.match, learningRateScale: $0.learningRateScale, weightDecayScale: $0.weightDecayScale)
        }))
  }
}

/// AdamW: Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019).
public struct AdamWOptions: OptimizerOptions {
  public static let name = "adamw"
  public static let documentation = [
    "learningRate": "step size of a group with scale 1",
    "weightDecay": "decay per step, times the learning rate",
  ]

  public var learningRate: Float = 1e-3
  public var weightDecay: Float = 1e-2

  public init() {}

  /// The options with another step size.
  public init(learningRate: Float) {
    self.learningRate = learningRate
  }

  public func build(_ groups: [ParameterGroup]) -> any Optimizer {
    AdamW(groups)
  }
}

/// Stochastic gradient descent with momentum, in PyTorch's form.
public struct SGDOptions: OptimizerOptions {
  public static let name = "sgd"
  public static let documentation = [
    "learningRate": "step size of a group with scale 1",
    "weightDecay": "added to the gradient, times the weight",
    "momentum": "share of the last step that is kept",
  ]

  public var learningRate: Float = 0.01
  public var weightDecay: Float = 1e-4
  public var momentum: Float = 0.9

  public init() {}

  public func validate() throws(ConfigurationError) {
    try validateRates()
    guard (0..<1).contains(momentum) else {
      throw .invalid("momentum", "is \(momentum); use a number from 0 to below 1")
    }
  }

  public func build(_ groups: [ParameterGroup]) -> any Optimizer {
    SGD(groups, momentum: momentum)
  }
}

/// Parameters that are trained differently from the rest, named by how their names begin.
public struct ParameterGroupOptions: Section, Validatable {
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
