public import Configuration
public import NeuralNetwork

/// The options of an optimizer, from which it is built for groups of parameters.
public protocol OptimizerOptions: Component {
  /// The learning rate of a group with scale 1, before the schedule.
  var learningRate: Float { get }
  /// The weight decay of a group with scale 1.
  var weightDecay: Float { get }

  /// The optimizer that trains `groups`.
  func build(_ groups: [ParameterGroup]) -> any Optimizer
}

extension OptimizerOptions {
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

  @Setting("step size of a group with scale 1", .above(0, upTo: 1000)) public var learningRate: Float = 1e-3
  @Setting("decay per step, times the learning rate", 0...1000) public var weightDecay: Float = 1e-2

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

  @Setting("step size of a group with scale 1", .above(0, upTo: 1000)) public var learningRate: Float = 0.01
  @Setting("added to the gradient, times the weight", 0...1000) public var weightDecay: Float = 1e-4
  @Setting("share of the last step that is kept", 0..<1) public var momentum: Float = 0.9

  public init() {}

  public func build(_ groups: [ParameterGroup]) -> any Optimizer {
    SGD(groups, momentum: momentum)
  }
}

/// Parameters that are trained differently from the rest, named by how their names begin.
public struct ParameterGroupOptions: Section {
  @Setting("what the parameters' names begin with") public var match = ""
  @Setting("learning rate relative to the optimizer's; 0 freezes the group", 0...1_000_000)
  public var learningRateScale: Float = 1
  @Setting("weight decay relative to the optimizer's", 0...1_000_000) public var weightDecayScale: Float = 1

  public init() {}

  /// A group of the parameters whose names begin with `match`.
  public init(match: String, learningRateScale: Float) {
    self.match = match
    self.learningRateScale = learningRateScale
  }
}
