import Autograd
import TestSupport
import Testing

@Suite struct MatmulTests {
  @Test func matchesPyTorch() throws {
    try Golden("matmul").expectTable(inputs: ["a", "b"], terms: 131) { inputs, options in
      inputs[0].matmul(inputs[1], transposingSelf: options[0] == 1, transposingOther: options[1] == 1)
    }
  }

  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func gradient(transposingSelf: Bool, transposingOther: Bool) {
    expectGradientsMatch(
      "matmul", [transposingSelf ? [2, 4, 3] : [2, 3, 4], transposingOther ? [5, 4] : [4, 5]]
    ) {
      $0[0].matmul($0[1], transposingSelf: transposingSelf, transposingOther: transposingOther)
    }
  }

  /// (a·b)ᵀ = bᵀ·aᵀ
  @Test func transposesOfProducts() {
    let (a, b) = (Sample.tensor("a", [37, 53]), Sample.tensor("b", [53, 41]))
    let product = a.matmul(b)
    let transposed = b.matmul(a, transposingSelf: true, transposingOther: true)
    let values = transposed.scalars
    let expected = (0..<37).flatMap { row in (0..<41).map { values[$0 * 37 + row] } }
    expectClose(product, Tensor(expected, shape: [37, 41]), tolerance: tolerance(terms: 53))
  }

  @Test func identityChangesNothing() {
    let x = Sample.tensor("x", [3, 19])
    let identity = Tensor((0..<361).map { $0 % 20 == 0 ? 1 : 0 }, shape: [19, 19])
    #expect(x.matmul(identity).scalars == x.scalars)
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("a", [3, 70, 129]), Sample.tensor("b", [129, 65])]) {
      $0[0].matmul($0[1])
    }
    expectSameBytesForAnyThreads([Sample.tensor("a", [300, 129]), Sample.tensor("b", [129, 250])]) {
      $0[0].matmul($0[1])
    }
  }

  @Test func refusesExtentsThatDoNotFit() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([2, 3]).matmul(.zeros([2, 3])) }
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([2, 2, 3]).matmul(.zeros([3, 3, 2])) }
  }

  @Test func namesExtentsThatDoNotFit() async throws {
    let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).matmul(.zeros([4, 5]))
    }
    let message = "Precondition failed: matmul: the inner extents 3 of [2, 3] and 4 of [4, 5] differ\n"
    let output = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(output.contains(message), "\(output)")
  }
}
