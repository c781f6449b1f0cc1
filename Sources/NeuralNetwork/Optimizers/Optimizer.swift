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
