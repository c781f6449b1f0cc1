public import Autograd

/// Changes parameters along their gradients.
public protocol Optimizer: AnyObject {
  /// What is trained, and how fast.
  var groups: [ParameterGroup] { get }

  /// Makes one step with every group's learning rate multiplied by `learningRateScale`.
  ///
  /// Parameters without a gradient keep their values.
  func step(_ gradients: ParameterGradients, learningRateScale: Float)

  /// What a checkpoint must hold for a bit-exact resume: tensors by name, in the order of weight files.
  var state: [String: Tensor] { get }

  /// Takes up the state of a checkpoint.
  ///
  /// - Throws: `WeightLoadError` if names are missing, unknown, or have another shape.
  func restore(_ state: [String: Tensor]) throws(WeightLoadError)
}

extension Optimizer {
  /// Everything that is trained.
  public var parameters: [Parameter] { groups.flatMap(\.parameters) }

  /// Makes one step along the gradients of a loss.
  public func step(_ gradients: Gradients, learningRateScale: Float = 1) {
    step(ParameterGradients(gradients, of: parameters), learningRateScale: learningRateScale)
  }
}

/// One running tensor per parameter, such as a momentum, made of zeros when it is first needed.
struct Moments {
  /// The beginning of the names in a checkpoint.
  let name: String
  private var values: [String: Tensor] = [:]

  init(_ name: String) {
    self.name = name
  }

  /// Changes the tensors of `parameters` together, in place.
  mutating func update(_ parameters: [Parameter], _ body: (inout [Tensor]) -> Void) {
    var moving = parameters.map { values.removeValue(forKey: $0.name) ?? .zeros($0.shape) }
    body(&moving)
    for (parameter, tensor) in zip(parameters, moving) { values[parameter.name] = tensor }
  }

  /// The tensors of `parameters` that exist, in the order of weight files.
  func state(of parameters: [Parameter]) -> [(String, Tensor)] {
    parameters.compactMap { parameter in
      values[parameter.name].map { ("\(name).\(parameter.name)", parameter.layout.fileOrder($0)) }
    }
  }

  /// Takes the tensors of `parameters` out of `state`.
  mutating func restore(
    _ parameters: [Parameter], from state: inout [String: Tensor], _ report: inout LoadReport
  ) {
    values = [:]
    for parameter in parameters {
      let key = "\(name).\(parameter.name)"
      guard let value = state.removeValue(forKey: key) else { continue }
      let expected = parameter.layout.fileShape(of: parameter.shape)
      guard value.shape == expected else {
        report.misshaped.append(.init(name: key, expected: expected, found: value.shape))
        continue
      }
      values[parameter.name] = parameter.layout.memoryOrder(value)
    }
  }
}

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
