public import Autograd
import Foundation

/// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), in PyTorch's form.
///
/// `θ ← θ − rate·weightDecay·θ`, then Adam's step with bias correction:
/// `m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − rate/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)`.
public final class AdamW: Optimizer {
  public let groups: [ParameterGroup]
  /// The share of the running mean of gradients that stays from step to step.
  public let beta1: Float
  /// The share of the running mean of squared gradients that stays from step to step.
  public let beta2: Float
  /// What keeps the division finite.
  public let epsilon: Float
  /// The steps up to which a checkpoint counts exactly.
  private static let mostSteps = 1 << 24
  /// The number of steps so far of each parameter; those that never had a gradient made none.
  private var steps: [String: Int] = [:]
  private var first = Moments("exp_avg")
  private var second = Moments("exp_avg_sq")

  /// An optimizer of `groups`.
  public init(_ groups: [ParameterGroup], beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8) {
    self.groups = groups
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public func step(_ gradients: ParameterGradients, learningRateScale: Float) {
    var (moving, slopes, rules) = ([Parameter](), [Tensor](), [AdamUpdate]())
    for group in groups {
      let rate = Double(group.learningRate * learningRateScale)
      for parameter in group.parameters {
        guard let gradient = gradients[parameter] else { continue }
        moving.append(parameter)
        slopes.append(gradient)
        rules.append(
          rule(
            for: parameter, rate: rate, weightDecay: Double(group.weightDecay), gradientScale: gradients.scale
          ))
      }
    }
    first.update(moving) { first in
      second.update(moving) { second in
        moving.update { values in
          parallelUpdate(&values, &first, &second, grain: updateGrain) {
            [slopes, rules] index, values, first, second, start in
            slopes[index].withSpan {
              rules[index].apply(
                &values, first: &first, second: &second, gradient: $0.extracting(start..<start + values.count)
              )
            }
          }
        }
      }
    }
  }

  /// Counts a step of `parameter` and gives what it does.
  private func rule(for parameter: Parameter, rate: Double, weightDecay: Double, gradientScale: Float)
    -> AdamUpdate
  {
    let count = steps[parameter.name, default: 0] + 1
    steps[parameter.name] = count
    let correction1 = 1 - pow(Double(beta1), Double(count))
    let correction2 = 1 - pow(Double(beta2), Double(count))
    return AdamUpdate(
      decay: Float(1 - rate * weightDecay), rate: Float(rate / correction1),
      denominatorScale: Float(1 / correction2.squareRoot()), beta1: beta1, beta2: beta2, epsilon: epsilon,
      gradientScale: gradientScale)
  }

  public var state: [String: Tensor] {
    let counts = parameters.compactMap { parameter in
      steps[parameter.name].map { ("step.\(parameter.name)", Tensor(Float($0))) }
    }
    return Dictionary(
      uniqueKeysWithValues: counts + first.state(of: parameters) + second.state(of: parameters))
  }

  public func restore(_ state: [String: Tensor]) throws(WeightLoadError) {
    var (rest, report) = (state, LoadReport())
    steps = [:]
    for parameter in parameters {
      let names = ["step", "exp_avg", "exp_avg_sq"].map { "\($0).\(parameter.name)" }
      guard names.contains(where: { rest[$0] != nil }) else { continue }
      report.missing += names.filter { rest[$0] == nil }
      if let count = rest.removeValue(forKey: names[0]) {
        guard count.count == 1 else {
          report.misshaped.append(.init(name: names[0], expected: [], found: count.shape))
          continue
        }
        guard let number = Int(exactly: count.scalar), number >= 0, number <= Self.mostSteps else {
          throw .badCount(name: names[0], found: count.scalar)
        }
        steps[parameter.name] = number
      }
    }
    first.restore(parameters, from: &rest, &report)
    second.restore(parameters, from: &rest, &report)
    report.unused = rest.keys.sorted()
    try report.requireNothingWrong(source: "optimizer state")
  }
}
