public import Autograd

/// Every parameter and buffer of a model, by name, in the order of creation.
public final class ParameterStore {
  /// The seed of the random streams that initial values come from.
  public let seed: UInt64
  public private(set) var parameters: [Parameter] = []
  public private(set) var buffers: [Buffer] = []
  private var names: Set<String> = []

  /// An empty store whose initial values derive from `seed` and each parameter's name.
  public init(seed: UInt64) {
    self.seed = seed
  }

  /// The scope at the root of the names.
  public var root: ParameterScope { ParameterScope(store: self, prefix: "") }

  /// The number of trainable values.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

  func add(_ parameter: Parameter) {
    claim(parameter.name)
    parameters.append(parameter)
  }

  func add(_ buffer: Buffer) {
    claim(buffer.name)
    buffers.append(buffer)
  }

  private func claim(_ name: String) {
    precondition(names.insert(name).inserted, "parameter \(name): the name is already taken")
  }
}

/// A place in the tree of parameter names, which hands out the parameters below it.
///
/// Asking for a parameter registers it: none can exist that the optimizer or a checkpoint does not know.
public struct ParameterScope {
  /// The store that everything is registered in.
  public let store: ParameterStore
  /// The full name of this place, without a dot at its end.
  public let prefix: String

  /// The scope called `name` below this one.
  public subscript(name: String) -> ParameterScope {
    ParameterScope(store: store, prefix: fullName(name))
  }

  /// The scope of the `index`th element of a sequence.
  public subscript(index: Int) -> ParameterScope { self["\(index)"] }

  /// A new parameter called `name` below this place.
  ///
  /// - Precondition: the name is not taken.
  public func parameter(
    _ name: String, _ shape: Shape, _ initializer: Initializer, layout: ParameterLayout = .plain
  ) -> Parameter {
    let name = fullName(name)
    let value = initializer.values(shape: shape, random: Philox(seed: store.seed, name: name))
    let parameter = Parameter(name: name, value: value, layout: layout)
    store.add(parameter)
    return parameter
  }

  /// A new buffer called `name` below this place, filled with `value`.
  ///
  /// - Precondition: the name is not taken.
  public func buffer(_ name: String, _ shape: Shape, repeating value: Float) -> Buffer {
    let buffer = Buffer(name: fullName(name), value: Tensor(repeating: value, shape: shape))
    store.add(buffer)
    return buffer
  }

  private func fullName(_ name: String) -> String {
    prefix.isEmpty ? name : "\(prefix).\(name)"
  }
}
