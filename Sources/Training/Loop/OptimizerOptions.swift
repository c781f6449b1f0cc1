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
  func build(for store: ParameterStore, rules: [ParameterGroupSection]) -> any Optimizer {
    build(
      ParameterGroup.groups(
        of: store.parameters, learningRate: learningRate, weightDecay: weightDecay,
        rules: rules.map {
          ParameterRule(
            match: $0.match, learningRateScale: $0.learningRateScale, weightDecayScale: $0.weightDecayScale)
        }))
  }
}
