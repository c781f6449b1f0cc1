import Autograd
import TestSupport
import Testing

@Suite struct GlobalAveragePoolTests {
  @Test func matchesPyTorch() throws {
    try Golden("globalAveragePool").expectTable(inputs: ["x"], terms: 35) { inputs, _ in
      inputs[0].globalAveragePool()
    }
  }

  @Test func gradient() {
    expectGradientsMatch("globalAveragePool", [[2, 3, 4, 5]], in: -20...20) { $0[0].globalAveragePool() }
  }

  @Test func keepsConstants() {
    let x = Tensor(repeating: 3, shape: [2, 4, 4, 5])
    #expect(x.globalAveragePool().scalars == [Float](repeating: 3, count: 10))
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 15, 14, 19])]) { $0[0].globalAveragePool() }
  }

  /// As in PyTorch, wherever it stands.
  @Test(arguments: 0..<4) func notANumberWins(place: Int) {
    var values: [Float] = [1, 4, 3, 2]
    values[place] = .nan
    let y = Tensor(values, shape: [1, 2, 2, 1]).globalMaxPool()
    #expect(y.scalar.isNaN)
  }
}

@Suite struct GlobalMaxPoolTests {
  @Test func matchesPyTorch() throws {
    try Golden("globalMaxPool").expectTable(inputs: ["x"], terms: 35) { inputs, _ in
      inputs[0].globalMaxPool()
    }
  }

  @Test func gradient() {
    expectGradientsMatch("globalMaxPool", [[2, 3, 4, 5]], in: -20...20) { $0[0].globalMaxPool() }
  }

  @Test func keepsConstants() {
    let x = Tensor(repeating: 3, shape: [2, 4, 4, 5])
    #expect(x.globalMaxPool().scalars == [Float](repeating: 3, count: 10))
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 15, 14, 19])]) { $0[0].globalMaxPool() }
  }
}

@Suite struct GlobalRankPoolTests {
  private let decays: [Float] = [0, 0.2, 0.4, 0.6, 0.8, 1]

  @Test func matchesPyTorch() throws {
    try Golden("globalRankPool").expectTable(inputs: ["x"], terms: 35) { inputs, _ in
      inputs[0].globalRankPool(decays: decays)
    }
  }

  @Test func gradient() {
    expectGradientsMatch("globalRankPool", [[2, 3, 4, 6]], in: -20...20) {
      $0[0].globalRankPool(decays: decays)
    }
  }

  @Test func endsAreMaximumAndMean() {
    let x = Sample.tensor("x", [2, 3, 5, 2])
    let (maximum, mean) = (x.globalMaxPool().scalars, x.globalAveragePool().scalars)
    let pooled = x.globalRankPool(decays: [0, 1]).scalars
    for image in 0..<2 {
      #expect(pooled[2 * image] == maximum[2 * image])
      #expect(abs(pooled[2 * image + 1] - mean[2 * image + 1]) < 1e-6)
    }
  }

  @Test func equalValuesAreRankedInTheOrderOfTheirPlaces() throws {
    let x = Tensor.ones([1, 1, 3, 1]).tracked()
    let gradient = try #require(x.globalRankPool(decays: [0.5]).sum().gradients()[x])
    let sevenths: [Float] = [4, 2, 1]
    #expect(gradient.scalars == sevenths.map { $0 / 7 })
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 15, 14, 6])]) {
      $0[0].globalRankPool(decays: decays)
    }
  }
}
