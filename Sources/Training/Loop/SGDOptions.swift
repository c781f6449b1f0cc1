public import Configuration
public import NeuralNetwork

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
