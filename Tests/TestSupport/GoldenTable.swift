public import Autograd
public import Testing

extension Golden {
  /// The names of the configurations of a table, whose tensors are called `<configuration>/<tensor>`.
  public var configurations: [String] {
    Set(names.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted()
  }

  /// Checks an operation against every configuration of this table: the output and all gradients.
  ///
  /// `body` gets the tracked inputs in the order of `inputs` and the configuration's options as whole
  /// numbers. `terms` is the length of the longest sum behind one value, `scale` the size of partial sums.
  public func expectTable(
    inputs: [String], terms: Int, scale: Float = 4, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: ([Tensor], [Int]) -> Tensor
  ) throws {
    for name in configurations {
      let tensors = try inputs.map { try self["\(name)/\($0)"].tracked() }
      let options =
        names.contains("\(name)/options") ? try self["\(name)/options"].scalars.map { Int($0) } : []
      let output = body(tensors, options)
      let bound = tolerance(terms: terms, scale: scale)
      expectClose(
        output, try self["\(name)/y"], tolerance: bound, name, sourceLocation: sourceLocation)
      let gradients = output.gradients(from: try self["\(name)/cotangent"])
      for (input, tensor) in zip(inputs, tensors) {
        let expected = try self["\(name)/\(input).gradient"]
        let actual = gradients[tensor] ?? .zeros([0])
        expectClose(
          actual, expected, tolerance: bound, "\(name), gradient of \(input)", sourceLocation: sourceLocation)
      }
    }
  }
}
