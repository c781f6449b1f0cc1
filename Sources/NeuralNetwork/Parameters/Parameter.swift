public import Autograd

/// A named tensor that training changes.
public final class Parameter {
  /// The full name, as in torchvision's and timm's weight files.
  public let name: String
  /// How the values are ordered in weight files.
  public let layout: ParameterLayout
  /// The current values, tracked: this is what gradients are asked about.
  public private(set) var value: Tensor
  /// Whether training leaves the values alone; a frozen parameter is a constant in every pass.
  public var isFrozen = false

  init(name: String, value: Tensor, layout: ParameterLayout) {
    self.name = name
    self.layout = layout
    self.value = value.tracked()
  }

  /// The extents of the values in memory.
  public var shape: Shape { value.shape }

  /// The values for a forward pass: tracked while training, unless frozen.
  public func callAsFunction(_ pass: Pass) -> Tensor {
    pass.isTraining && !isFrozen ? value : value.detached()
  }

  /// Changes the values in place; the parameter keeps its place in gradient tables.
  public func update(_ body: (inout MutableSpan<Float>) -> Void) {
    value.mutate(body)
  }

  /// Gives the values away until they come back, so that whoever changes them is their only owner.
  fileprivate func lend() -> Tensor {
    let lent = value
    value = Tensor(0)
    return lent
  }

  fileprivate func takeBack(_ lent: Tensor) { value = lent }

  /// Replaces the values.
  ///
  /// - Precondition: `tensor` has the parameter's shape.
  public func assign(_ tensor: Tensor) {
    precondition(
      tensor.shape == shape, "parameter \(name): cannot take a value of shape \(tensor.shape), needs \(shape)"
    )
    update { target in
      tensor.withSpan { source in
        for index in source.indices { target[index] = source[index] }
      }
    }
  }

  /// Moves the values towards those of another parameter: `own ← decay·own + (1−decay)·other`.
  ///
  /// - Precondition: the shapes are equal.
  public func move(towards other: Parameter, keeping decay: Float) {
    precondition(
      shape == other.shape, "parameter \(name): of shape \(shape) cannot follow \(other.name) \(other.shape)")
    let goal = other.value
    update { own in
      parallelFill(&own, grain: updateGrain) { part, start in
        goal.withSpan { values in
          let values = values.extracting(start..<start + part.count)
          for index in part.indices { part[index] = decay * part[index] + (1 - decay) * values[index] }
        }
      }
    }
  }
}

extension [Parameter] {
  /// Changes the values of all of them together, in place; each keeps its place in gradient tables.
  func update(_ body: (inout [Tensor]) -> Void) {
    var values = map { $0.lend() }
    body(&values)
    for (parameter, value) in zip(self, values) { parameter.takeBack(value) }
  }
}

extension Gradients {
  /// The gradient with respect to `parameter`, or `nil` if the scalar does not depend on it.
  public subscript(parameter: Parameter) -> Tensor? {
    self[parameter.value]
  }
}

/// A named tensor that belongs to a model's state but has no gradient, such as batch norm's running mean.
public final class Buffer {
  /// The full name, as in torchvision's and timm's weight files.
  public let name: String
  /// The current values.
  public var value: Tensor

  init(name: String, value: Tensor) {
    self.name = name
    self.value = value
  }
}
