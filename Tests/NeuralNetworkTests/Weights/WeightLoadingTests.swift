import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct WeightLoadingTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/model.safetensors"
  }

  private func store(_ names: [(String, Shape)], layout: ParameterLayout = .plain) -> ParameterStore {
    let store = ParameterStore(seed: 9)
    for (name, shape) in names { _ = store.root.parameter(name, shape, .normal(1), layout: layout) }
    return store
  }

  @Test func everythingThatDiffersIsReportedTogetherAndNothingIsLoaded() throws {
    let file = store([("a", [2]), ("head.weight", [3]), ("conv", [1, 1])])
    try SafetensorsWriter.write(file.stateEntries(), to: path)
    let model = store([("a", [2]), ("conv", [2, 1]), ("decoder.weight", [4])])
    let before = model.stateEntries().map(\.tensor.scalars)
    #expect {
      try model.load(path: path)
    } throws: { error in
      "\(error)" == """
        \(path): does not fit the model: missing 1: decoder.weight; unused 1: head.weight; \
        mis-shaped 1: conv is [1, 1], not [2, 1]; \
        choose the model that the weights were made for
        """
    }
    #expect(model.stateEntries().map(\.tensor.scalars) == before)
  }

  @Test func declaredDifferencesAreAllowedAndReported() throws {
    let file = store([("a", [2]), ("head.weight", [3]), ("bn.num_batches_tracked", [])])
    try SafetensorsWriter.write(file.stateEntries(), to: path)
    let model = store([("a", [2]), ("decoder.weight", [4])])
    let report = try model.load(
      path: path, tolerance: LoadTolerance(unused: ["head.*"], missing: ["decoder.*"]))
    #expect(report.loaded == 1)
    #expect(report.missing == ["decoder.weight"])
    #expect(report.unused == ["bn.num_batches_tracked", "head.weight"])
    #expect(model.parameters[0].value.scalars == file.parameters[0].value.scalars)
  }

  @Test func convolutionsAndBuffersSurviveARoundTrip() throws {
    func build(_ seed: UInt64) -> ParameterStore {
      let store = ParameterStore(seed: seed)
      _ = store.root.parameter("conv", [3, 2, 4, 5], .normal(1), layout: .convolution)
      store.root.buffer("mean", [5], repeating: 0).value = Tensor([1, 2, 3, 4, Float(seed)], shape: [5])
      return store
    }
    let (first, second) = (build(1), build(2))
    try SafetensorsWriter.write(first.stateEntries(), to: path)
    #expect(try SafetensorsReader(path: path).entries["conv"]?.shape == [5, 4, 3, 2])
    try second.load(path: path)
    #expect(second.parameters[0].value.scalars == first.parameters[0].value.scalars)
    #expect(second.buffers[0].value.scalars == [1, 2, 3, 4, 1])
  }

  @Test func namesCanBeTranslated() throws {
    try SafetensorsWriter.write(store([("module.a", [2]), ("junk", [1])]).stateEntries(), to: path)
    let model = store([("a", [2])])
    let report = try model.load(
      path: path, renaming: { $0.hasPrefix("module.") ? String($0.dropFirst(7)) : nil })
    #expect(report.loaded == 1)
    #expect(report.unused == [])
  }

  /// Values that no weight has are refused by file and tensor, before anything is changed.
  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func valuesThatAreNotFiniteAreRefused(_ value: Float) throws {
    let weights = Tensor([1, value, 2], shape: [3])
    try SafetensorsWriter.write([("a", Tensor([7, 7], shape: [2])), ("b", weights)], to: path)
    let model = store([("a", [2]), ("b", [3])])
    let before = model.stateEntries().map(\.tensor.scalars)
    #expect {
      try model.load(path: path)
    } throws: { error in
      "\(error)"
        == "\(path): tensor b holds \(value), where weights are finite; use a file that is not damaged"
    }
    #expect(model.stateEntries().map(\.tensor.scalars) == before)
  }

  @Test func negativeVariancesAreRefused() throws {
    try SafetensorsWriter.write([("bn.running_var", Tensor([1, -0.5], shape: [2]))], to: path)
    #expect {
      try store([("bn.running_var", [2])]).load(path: path)
    } throws: { error in
      "\(error)" == """
        \(path): tensor bn.running_var holds -0.5, where a variance is 0 or more; \
        use a file that is not damaged
        """
    }
  }

  @Test func wholeNumbersAreNoWeights() throws {
    try SafetensorsWriter.write([.init("a", Tensor([1, 2], shape: [2]), type: .int64)], to: path)
    #expect {
      try store([("a", [2])]).load(path: path)
    } throws: { error in
      "\(error)" == """
        \(path): tensor a has type I64, but weights have fractions; name a file that is not quantised
        """
    }
  }

  @Test(arguments: [ScalarType.float16, .bfloat16, .float32, .float64])
  func everyKindOfFractionIsLoaded(_ type: ScalarType) throws {
    try SafetensorsWriter.write([.init("a", Tensor([1, -2.5], shape: [2]), type: type)], to: path)
    let model = store([("a", [2])])
    try model.load(path: path)
    #expect(model.parameters[0].value.scalars == [1, -2.5])
  }

  @Test func aTensorOfOtherExtentsMayBeMadeToFit() throws {
    try SafetensorsWriter.write([("a", Tensor([1, 3], shape: [2]))], to: path)
    let model = store([("a", [1])])
    func halved(_ name: String, _ found: Shape, _ needed: Shape) -> ((Tensor) -> Tensor)? {
      guard name == "a", found == [2], needed == [1] else { return nil }
      return { $0.mean().reshaped(to: [1]) }
    }
    try model.load(SafetensorsReader(path: path), fitting: halved)
    #expect(model.parameters[0].value.scalars == [2])
  }

  /// What a file calls its tensors cannot act on the terminal.
  @Test func namesAreShownEscaped() throws {
    let name = "\u{1b}[2J\u{202e}x" + String(repeating: "y", count: 200)
    try SafetensorsWriter.write([(name: name, tensor: Tensor(0))], to: path)
    let shown = "\\u{1b}[2J\\u{202e}x" + String(repeating: "y", count: 114) + "…"
    let remedy = "choose the model that the weights were made for"
    let message = "\(path): does not fit the model: unused 1: \(shown); \(remedy)"
    #expect {
      try store([]).load(path: path)
    } throws: { error in
      "\(error)" == message
    }
  }

  @Test func longListsAreShortened() throws {
    try SafetensorsWriter.write([(name: "x", tensor: Tensor(0))], to: path)
    let model = store((0..<9).map { ("p\($0)", [1]) } + [("x", [])])
    #expect {
      try model.load(path: path)
    } throws: { error in
      "\(error)".contains("missing 9: p0, p1, p2, p3, p4, p5, …;")
    }
  }
}
