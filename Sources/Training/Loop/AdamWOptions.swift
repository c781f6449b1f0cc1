import Configuration
public import NeuralNetwork

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
  init(learningRate: Float) {
    self.learningRate = learningRate
  }

  public func build(_ groups: [ParameterGroup]) -> any Optimizer {
    AdamW(groups)
  }
}
