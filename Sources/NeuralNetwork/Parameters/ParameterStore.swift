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

/// Which names may differ between a weight file and a model, as patterns where `*` stands for any text.
public struct LoadTolerance: Sendable, Equatable {
  /// Names of the file that the model may lack, such as `head.*`.
  public var unused: [String]
  /// Names of the model that the file may lack; these keep their initial values.
  public var missing: [String]

  /// A tolerance for these patterns.
  ///
  /// The step counters of PyTorch's batch norms, which nothing reads, may always be unused.
  public init(unused: [String] = [], missing: [String] = []) {
    self.unused = unused + ["num_batches_tracked", "*.num_batches_tracked"]
    self.missing = missing
  }

  /// File and model must have the same names.
  public static let strict = LoadTolerance()

  /// Whether `name` matches one of `patterns`.
  static func matches(_ name: String, _ patterns: [String]) -> Bool {
    patterns.contains { matches(Substring(name), Substring($0)) }
  }

  private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    let rest = pattern.dropFirst()
    if first == "*" {
      if rest.isEmpty { return true }
      return name.indices.contains { matches(name[$0...], rest) }
    }
    return name.first == first && matches(name.dropFirst(), rest)
  }
}

extension ParameterStore {
  /// Takes over the values of a weight file, all or none.
  ///
  /// `renaming` turns a name of the file into the model's; `nil` leaves the tensor out without a complaint.
  ///
  /// - Returns: what was loaded and which tolerated names differ.
  /// - Throws: `WeightLoadError` that names everything missing, unused and mis-shaped, unless `tolerance`
  ///   allows it. Extents must always agree.
  @discardableResult
  public func load(
    _ reader: SafetensorsReader, renaming: (String) -> String? = { $0 }, tolerance: LoadTolerance = .strict
  ) throws(WeightLoadError) -> LoadReport {
    var fileNames: [String: String] = [:]
    for name in reader.entries.keys.sorted() {
      if let renamed = renaming(name) { fileNames[renamed] = name }
    }
    var report = LoadReport()
    var pending: [(Slot, String)] = []
    for slot in slots {
      guard let fileName = fileNames.removeValue(forKey: slot.name), let entry = reader.entries[fileName]
      else {
        report.missing.append(slot.name)
        continue
      }
      guard entry.shape == slot.fileShape else {
        report.misshaped.append(.init(name: slot.name, expected: slot.fileShape, found: entry.shape))
        continue
      }
      pending.append((slot, fileName))
    }
    report.unused = fileNames.values.sorted()
    var complaints = report
    complaints.missing.removeAll { LoadTolerance.matches($0, tolerance.missing) }
    complaints.unused.removeAll { LoadTolerance.matches($0, tolerance.unused) }
    try complaints.requireNothingWrong(source: reader.path)
    for (slot, fileName) in pending {
      do throws(WeightFileError) {
        slot.assign(try reader.tensor(fileName))
      } catch {
        throw .file(error)
      }
    }
    report.loaded = pending.count
    return report
  }

  /// Takes over the values of the weight file at `path`.
  ///
  /// - Throws: `WeightLoadError` as `load(_:renaming:tolerance:)`, or if the file cannot be read.
  @discardableResult
  public func load(
    path: String, renaming: (String) -> String? = { $0 }, tolerance: LoadTolerance = .strict
  ) throws(WeightLoadError) -> LoadReport {
    let reader: SafetensorsReader
    do throws(WeightFileError) {
      reader = try SafetensorsReader(path: path)
    } catch {
      throw .file(error)
    }
    return try load(reader, renaming: renaming, tolerance: tolerance)
  }

  /// Every parameter and buffer by name, in the order of weight files.
  public func stateEntries() -> [(name: String, tensor: Tensor)] {
    slots.map { ($0.name, $0.fileValue) }
  }

  /// The name of the first parameter or buffer with a value that is not finite; `nil` if all are.
  public var notFinite: String? {
    parameters.first { !$0.value.isFinite }?.name ?? buffers.first { !$0.value.isFinite }?.name
  }

  private var slots: [Slot] { parameters.map(Slot.parameter) + buffers.map(Slot.buffer) }
}

/// What a name of a weight file is loaded into.
private enum Slot {
  case parameter(Parameter)
  case buffer(Buffer)

  var name: String {
    switch self {
    case .parameter(let parameter): parameter.name
    case .buffer(let buffer): buffer.name
    }
  }

  var fileShape: Shape {
    switch self {
    case .parameter(let parameter): parameter.layout.fileShape(of: parameter.shape)
    case .buffer(let buffer): buffer.value.shape
    }
  }

  var fileValue: Tensor {
    switch self {
    case .parameter(let parameter): parameter.layout.fileOrder(parameter.value.detached())
    case .buffer(let buffer): buffer.value
    }
  }

  func assign(_ tensor: Tensor) {
    switch self {
    case .parameter(let parameter): parameter.assign(parameter.layout.memoryOrder(tensor))
    case .buffer(let buffer): buffer.value = tensor
    }
  }
}

/// How a parameter's values are ordered in weight files, relative to memory.
public enum ParameterLayout: Sendable {
  /// The same order in both.
  case plain
  /// Memory `[height, width, inputs, outputs]`; files `[outputs, inputs, height, width]`.
  case convolution

  /// The extents in a weight file of a parameter that has `shape` in memory.
  public func fileShape(of shape: Shape) -> Shape {
    switch self {
    case .plain: shape
    case .convolution: [shape[3], shape[2], shape[0], shape[1]]
    }
  }

  /// The values of a weight file in memory order.
  public func memoryOrder(_ tensor: Tensor) -> Tensor {
    switch self {
    case .plain: tensor
    case .convolution: Self.permuted(tensor, [2, 3, 1, 0])
    }
  }

  /// The values in memory in the order of weight files.
  public func fileOrder(_ tensor: Tensor) -> Tensor {
    switch self {
    case .plain: tensor
    case .convolution: Self.permuted(tensor, [3, 2, 0, 1])
    }
  }

  private static func permuted(_ tensor: Tensor, _ axes: [Int]) -> Tensor {
    let shape = Shape(axes.map { tensor.shape[$0] })
    let strides = axes.map { tensor.shape.strides[$0] }
    return Tensor(shape: shape) { out in
      tensor.withSpan { values in
        var index = 0
        for a in 0..<shape[0] {
          for b in 0..<shape[1] {
            for c in 0..<shape[2] {
              for d in 0..<shape[3] {
                out[index] = values[a * strides[0] + b * strides[1] + c * strides[2] + d * strides[3]]
                index += 1
              }
            }
          }
        }
      }
    }
  }
}
