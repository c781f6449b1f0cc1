public import Configuration
import NeuralNetwork

/// How long a network is trained and how its learning rate moves.
public struct ScheduleOptions: Section, Validatable {
  /// The rule that the learning rate follows after the warm-up.
  public enum Rule: String, Codable, Sendable, CaseIterable {
    case poly, cosine, constant
  }

  /// The number of optimizer steps.
  public var iterations = 1000
  /// The number of images in one forward pass.
  public var batch = 8
  /// The number of forward passes whose gradients are added up for one optimizer step.
  public var accumulate = 1
  /// The number of steps over which the learning rate grows from about 0.
  public var warmUp = 0
  /// The rule after the warm-up.
  public var rule = Rule.poly
  /// The exponent of the poly rule.
  public var power = 0.9
  /// The number of steps between two checkpoints.
  public var checkpointEvery = 200
  /// The number of steps between two looks at held-out images; 0 means only at the end.
  public var validateEvery = 0

  public static let documentation = [
    "iterations": "optimizer steps",
    "batch": "images in one forward pass",
    "accumulate": "forward passes whose gradients make one step",
    "warmUp": "steps over which the learning rate grows from about 0",
    "rule": "poly, cosine or constant",
    "power": "exponent of the poly rule",
    "checkpointEvery": "steps between two checkpoints",
    "validateEvery": "steps between two validations; 0 means only at the end",
  ]

  public init() {}

  /// The factor on every learning rate at `step`, counted from 0.
  func multiplier(at step: Int) -> Float {
    let schedule: Schedule =
      switch rule {
      case .poly: poly(over: iterations, power: power)
      case .cosine: cosine(over: iterations)
      case .constant: constantSchedule()
      }
    return warmUp > 0 ? NeuralNetwork.warmUp(over: warmUp, then: schedule)(step) : schedule(step)
  }

  public func validate() throws(ConfigurationError) {
    let counts = [
      ("iterations", iterations), ("batch", batch), ("accumulate", accumulate),
      ("checkpoint_every", checkpointEvery),
    ]
    for (key, count) in counts where count < 1 { throw .invalid(key, "is \(count); use 1 or more") }
    for (key, count) in [("warm_up", warmUp), ("validate_every", validateEvery)] where count < 0 {
      throw .invalid(key, "is \(count); use 0 or more")
    }
  }
}
