public import Configuration
import NeuralNetwork

/// How long a network is trained and how its learning rate moves.
public struct ScheduleOptions: Section, Validatable {
  /// The rule that the learning rate follows after the warm-up.
  public enum Rule: String, Codable, Sendable, CaseIterable {
    case poly, cosine, constant
  }

  @Setting("optimizer steps", 1...10_000_000) public var iterations = 1000
  @Setting("images in one forward pass", 1...4096) public var batch = 8
  @Setting("forward passes whose gradients make one step", 1...4096) public var accumulate = 1
  @Setting("steps over which the learning rate grows from about 0", 0...10_000_000) public var warmUp = 0
  @Setting("poly, cosine or constant") public var rule = Rule.poly
  @Setting("exponent of the poly rule", 0...100) public var power = 0.9
  @Setting("steps between two checkpoints", 1...10_000_000) public var checkpointEvery = 200
  @Setting("steps between two validations; 0 means only at the end", 0...10_000_000)
  public var validateEvery = 0
  @Setting("validations without a better held-out figure that end the training; 0 never ends it", 0...100_000)
  public var patience = 0

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard patience == 0 || validateEvery > 0 else {
      throw .invalid("patience", "is \(patience), but nothing is validated on the way; set validate_every")
    }
  }

  /// Whether held-out figures have not risen for as long as the options bear with.
  func isExhausted(_ stale: Int) -> Bool { patience > 0 && stale >= patience }

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
}
