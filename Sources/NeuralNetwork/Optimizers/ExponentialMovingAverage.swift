public import Autograd
import Foundation

/// A slowly moving copy of parameters: `shadow ← decay·shadow + (1−decay)·value` after each step.
public final class ExponentialMovingAverage {
  /// What is averaged.
  public let parameters: [Parameter]
  /// The share of the copy that stays from step to step; 0 … 1.
  public let decay: Float
  private var shadows: [Tensor]

  /// A copy of `parameters` that starts at their current values.
  public init(of parameters: [Parameter], decay: Float) {
    self.parameters = parameters
    self.decay = decay
    shadows = parameters.map { Self.copy($0.value) }
  }

  /// Moves the copy towards the current values.
  public func update() {
    for (index, parameter) in parameters.enumerated() {
      shadows[index].mutate { $0.move(towards: parameter.value, keeping: decay) }
    }
  }

  /// Runs `body` with the averaged values in the parameters, then puts the current ones back.
  public func withAveragedValues<Result, Failure>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    swapValues()
    defer { swapValues() }
    return try body()
  }

  /// The averaged values by parameter name, in the order of weight files.
  public var state: [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: zip(parameters, shadows).map { ($0.name, $0.layout.fileOrder($1)) })
  }

  /// Takes up the averaged values of a checkpoint.
  ///
  /// - Throws: `WeightLoadError` if names are missing, unknown, or have another shape.
  public func restore(_ state: [String: Tensor]) throws(WeightLoadError) {
    var (rest, report) = (state, LoadReport())
    for (index, parameter) in parameters.enumerated() {
      let expected = parameter.layout.fileShape(of: parameter.shape)
      guard let value = rest.removeValue(forKey: parameter.name) else {
        report.missing.append(parameter.name)
        continue
      }
      guard value.shape == expected else {
        report.misshaped.append(.init(name: parameter.name, expected: expected, found: value.shape))
        continue
      }
      shadows[index] = parameter.layout.memoryOrder(value)
    }
    report.unused = rest.keys.sorted()
    try report.requireNothingWrong(source: "averaged weights")
  }

  private func swapValues() {
    for (index, parameter) in parameters.enumerated() {
      let current = Self.copy(parameter.value)
      parameter.assign(shadows[index])
      shadows[index] = current
    }
  }

  private static func copy(_ tensor: Tensor) -> Tensor {
    Tensor(shape: tensor.shape) { out in
      tensor.withSpan { values in
        for index in values.indices { out[index] = values[index] }
      }
    }
  }
}

extension Parameter {
  /// Moves the values towards those of another parameter: `own ← decay·own + (1−decay)·other`.
  ///
  /// - Precondition: the shapes are equal.
  public func move(towards other: Parameter, keeping decay: Float) {
    precondition(
      shape == other.shape, "parameter \(name): of shape \(shape) cannot follow \(other.name) \(other.shape)")
    update { $0.move(towards: other.value, keeping: decay) }
  }
}

extension MutableSpan<Float> {
  /// `own ← decay·own + (1−decay)·value`.
  fileprivate mutating func move(towards value: Tensor, keeping decay: Float) {
    parallelFill(&self, grain: updateGrain) { part, start in
      value.withSpan { values in
        let values = values.extracting(start..<start + part.count)
        for index in part.indices { part[index] = decay * part[index] + (1 - decay) * values[index] }
      }
    }
  }
}
