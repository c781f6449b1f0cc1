public import Autograd

/// Stochastic gradient descent with momentum, in PyTorch's form.
///
/// `g ← g + weightDecay·θ; v ← momentum·v + g; θ ← θ − rate·v`, with Nesterov's variant
/// `θ ← θ − rate·(g + momentum·v)`.
public final class SGD: Optimizer {
  public let groups: [ParameterGroup]
  /// The share of the velocity that stays from step to step; 0 … 1.
  public let momentum: Float
  /// Whether the step looks ahead along the new velocity.
  public let isNesterov: Bool
  private var velocity = Moments("momentum_buffer")

  /// An optimizer of `groups`.
  public init(_ groups: [ParameterGroup], momentum: Float = 0.9, nesterov: Bool = false) {
    self.groups = groups
    self.momentum = momentum
    isNesterov = nesterov
  }

  public func step(_ gradients: ParameterGradients, learningRateScale: Float) {
    var (moving, slopes, rules) = ([Parameter](), [Tensor](), [SGDRule]())
    for group in groups {
      let rule = SGDRule(
        rate: group.learningRate * learningRateScale, momentum: momentum, isNesterov: isNesterov,
        weightDecay: group.weightDecay, gradientScale: gradients.scale)
      for parameter in group.parameters {
        guard let gradient = gradients[parameter] else { continue }
        moving.append(parameter)
        slopes.append(gradient)
        rules.append(rule)
      }
    }
    velocity.update(moving) { velocity in
      moving.update { values in
        parallelUpdate(&values, &velocity, grain: updateGrain) {
          [slopes, rules] index, values, velocity, start in
          slopes[index].withSpan {
            rules[index].apply(&values, &velocity, $0.extracting(start..<start + values.count))
          }
        }
      }
    }
  }

  public var state: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: velocity.state(of: parameters))
  }

  public func restore(_ state: [String: Tensor]) throws(WeightLoadError) {
    var (rest, report) = (state, LoadReport())
    velocity.restore(parameters, from: &rest, &report)
    report.unused = rest.keys.sorted()
    try report.requireNothingWrong(source: "optimizer state")
  }
}

private struct SGDRule: Sendable {
  let rate: Float, momentum: Float, isNesterov: Bool, weightDecay: Float, gradientScale: Float

  func apply(
    _ values: inout MutableSpan<Float>, _ velocity: inout MutableSpan<Float>, _ gradient: Span<Float>
  ) {
    if isNesterov {
      for index in gradient.indices {
        let slope = gradient[index] * gradientScale + weightDecay * values[index]
        let speed = momentum * velocity[index] + slope
        velocity[index] = speed
        values[index] -= rate * (slope + momentum * speed)
      }
    } else {
      for index in gradient.indices {
        let slope = gradient[index] * gradientScale + weightDecay * values[index]
        let speed = momentum * velocity[index] + slope
        velocity[index] = speed
        values[index] -= rate * speed
      }
    }
  }
}
