import Autograd
import TestSupport
import Testing

@Suite struct ResizedTests {
  @Test(arguments: Resampling.allCases)
  func gradient(mode: Resampling) {
    expectGradientsMatch("resized", [[1, 4, 3, 2]]) { $0[0].resized(height: 7, width: 2, mode) }
  }

  @Test func matchesPyTorch() throws {
    try Golden("resized").expectTable(inputs: ["x"], terms: 16) { inputs, options in
      inputs[0].resized(height: options[1], width: options[2], Resampling.allCases[options[0]])
    }
  }

  @Test(arguments: Resampling.allCases)
  func constantsStayConstant(mode: Resampling) {
    let x = Tensor(repeating: 3, shape: [1, 5, 7, 3])
    let y = x.resized(height: 11, width: 4, mode)
    expectClose(y, Tensor(repeating: 3, shape: [1, 11, 4, 3]), tolerance: tolerance(terms: 16, scale: 3))
  }

  @Test(arguments: Resampling.allCases)
  func theSameSizeChangesNothing(mode: Resampling) {
    let x = Sample.tensor("x", [2, 5, 7, 3])
    #expect(x.resized(height: 5, width: 7, mode).scalars == x.scalars)
    // Along one axis only, the other passes through the tables.
    let tall = x.resized(height: 10, width: 7, mode).resized(height: 10, width: 7, mode)
    #expect(tall.scalars == x.resized(height: 10, width: 7, mode).scalars)
  }

  @Test func knownRows() {
    let row = Tensor([0, 1], shape: [1, 1, 2, 1])
    #expect(row.resized(height: 1, width: 4, .bilinear).scalars == [0, 0.25, 0.75, 1])
    let aligned = row.resized(height: 1, width: 4, .bilinearAlignedCorners)
    expectClose(aligned, Tensor([0, 1.0 / 3, 2.0 / 3, 1], shape: [1, 1, 4, 1]), tolerance: .ulpOfOne)
    let four = Tensor([10, 11, 12, 13], shape: [1, 1, 4, 1])
    #expect(four.resized(height: 1, width: 2, .nearest).scalars == [10, 12])
  }

  /// ⟨resize(x), g⟩ = ⟨x, resizeᵀ(g)⟩
  @Test(arguments: Resampling.allCases)
  func gradientIsTheTranspose(mode: Resampling) throws {
    let x = Sample.tensor("x", [2, 9, 6, 21]).tracked()
    let y = x.resized(height: 4, width: 13, mode)
    let g = Sample.tensor("g", y.shape)
    let gradient = try #require(y.gradients(from: g)[x])
    func dot(_ a: Tensor, _ b: Tensor) -> Float {
      Float(zip(a.scalars, b.scalars).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
    }
    expectClose(Tensor(dot(y, g)), Tensor(dot(x, gradient)), tolerance: tolerance(terms: y.count))
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 28, 28, 21])]) {
      $0[0].resized(height: 90, width: 70, .bilinear)
    }
  }

  @Test func refusesAnEmptyTarget() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.zeros([1, 2, 2, 1]).resized(height: 0, width: 2, .nearest)
    }
  }
}
