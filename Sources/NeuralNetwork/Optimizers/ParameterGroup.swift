import Autograd

/// Parameters that share a learning rate and a weight decay.
public struct ParameterGroup {
  /// The parameters, in the order of their creation.
  public var parameters: [Parameter]
  /// The learning rate before the schedule.
  public var learningRate: Float
  /// The weight decay per unit of learning rate.
  public var weightDecay: Float

  /// A group of `parameters`.
  public init(_ parameters: [Parameter], learningRate: Float, weightDecay: Float = 0) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }
}

/// How the parameters whose names begin with `match` differ from the others.
public struct ParameterRule: Sendable, Equatable {
  /// The beginning of the names.
  public var match: String
  /// The factor on the learning rate.
  public var learningRateScale: Float
  /// The factor on the weight decay; 0 turns it off.
  public var weightDecayScale: Float

  /// A rule for the names that begin with `match`.
  public init(match: String, learningRateScale: Float = 1, weightDecayScale: Float = 1) {
    self.match = match
    self.learningRateScale = learningRateScale
    self.weightDecayScale = weightDecayScale
  }

  /// Whether the rule is about the parameter called `name`.
  public func applies(to name: String) -> Bool { name.hasPrefix(match) }
}

extension ParameterGroup {
  /// Groups the parameters that are not frozen by the rule with the longest match.
  ///
  /// Parameters that no rule is about get the plain `learningRate` and `weightDecay`. With
  /// `decayingVectors: false`, biases and the scales and offsets of norms are not decayed, whatever the rule.
  public static func groups(
    of parameters: [Parameter], learningRate: Float, weightDecay: Float, rules: [ParameterRule] = [],
    decayingVectors: Bool = true
  ) -> [ParameterGroup] {
    let plain = ParameterRule(match: "")
    var groups: [ParameterGroup] = []
    for parameter in parameters where !parameter.isFrozen {
      let rule =
        rules.filter { $0.applies(to: parameter.name) }.max { $0.match.count < $1.match.count } ?? plain
      let decays = decayingVectors || parameter.shape.rank > 1
      let group = ParameterGroup(
        [parameter], learningRate: learningRate * rule.learningRateScale,
        weightDecay: decays ? weightDecay * rule.weightDecayScale : 0)
      if let index = groups.firstIndex(where: { $0.hasRates(of: group) }) {
        groups[index].parameters.append(parameter)
      } else {
        groups.append(group)
      }
    }
    return groups
  }

  private func hasRates(of other: ParameterGroup) -> Bool {
    learningRate == other.learningRate && weightDecay == other.weightDecay
  }
}
