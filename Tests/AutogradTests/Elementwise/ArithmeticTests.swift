import Autograd
import TestSupport
import Testing

@Suite struct AdditionTests {
  @Test func matchesPyTorch() throws {
    try Golden("addition").expectTable(inputs: ["x", "z"], terms: 72, scale: 16) { inputs, _ in
      inputs[0] + inputs[1]
    }
  }

  @Test(
    arguments: [([4, 5], [4, 5]), ([2, 3, 5], [5]), ([3, 1], [2, 1, 4]), ([], [7])] as [(Shape, Shape)])
  func gradient(left: Shape, right: Shape) {
    expectGradientsMatch("addition", [left, right]) { $0[0] + $0[1] }
  }

  @Test func orderDoesNotMatter() {
    let (x, z) = (Sample.tensor("x", [2, 3, 19]), Sample.tensor("z", [3, 1]))
    #expect((x + z).scalars == (z + x).scalars)
  }

  @Test func scalarsAreTensorsOfOneValue() {
    let x = Sample.tensor("x", [3, 19]) + 5
    #expect((x + 1.5).scalars == (x + Tensor(1.5)).scalars)
    #expect((1.5 + x).scalars == (Tensor(1.5) + x).scalars)
    expectGradientsMatch("scalars", [[4, 5]], in: 0.5...2) { (1.5 + $0[0]) + 2.5 }
  }

  @Test func shapesThatDoNotFitAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]) + Tensor.ones([2]) }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [6, 40, 401]), Sample.tensor("z", [401])]) {
      $0[0] + $0[1]
    }
  }
}

@Suite struct SubtractionTests {
  @Test func matchesPyTorch() throws {
    try Golden("subtraction").expectTable(inputs: ["x", "z"], terms: 72, scale: 16) { inputs, _ in
      inputs[0] - inputs[1]
    }
  }

  @Test(
    arguments: [([4, 5], [4, 5]), ([2, 3, 5], [5]), ([3, 1], [2, 1, 4]), ([], [7])] as [(Shape, Shape)])
  func gradient(left: Shape, right: Shape) {
    expectGradientsMatch("subtraction", [left, right]) { $0[0] - $0[1] }
  }

  @Test func isAdditionOfTheNegative() {
    let (x, z) = (Sample.tensor("x", [2, 3, 19]), Sample.tensor("z", [3, 1]))
    #expect((x - z).scalars == (x + -z).scalars)
  }

  @Test func scalarsAreTensorsOfOneValue() {
    let x = Sample.tensor("x", [3, 19]) + 5
    #expect((x - 1.5).scalars == (x - Tensor(1.5)).scalars)
    #expect((1.5 - x).scalars == (Tensor(1.5) - x).scalars)
    expectGradientsMatch("scalars", [[4, 5]], in: 0.5...2) { (1.5 - $0[0]) - 2.5 }
  }

  @Test func shapesThatDoNotFitAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]) - Tensor.ones([2]) }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [6, 40, 401]), Sample.tensor("z", [401])]) {
      $0[0] - $0[1]
    }
  }
}

@Suite struct NegationTests {
  @Test func matchesPyTorch() throws {
    try Golden("negation").expectTable(inputs: ["x"], terms: 0) { inputs, _ in -inputs[0] }
  }

  @Test func gradient() {
    expectGradientsMatch("negation", [[4, 5]]) { -$0[0] }
  }

  @Test func isItsOwnInverse() {
    let x = Sample.tensor("x", [3, 19])
    #expect((-(-x)).scalars == x.scalars)
    #expect((x + -x).scalars == Tensor.zeros([3, 19]).scalars)
  }
}

@Suite struct MultiplicationTests {
  @Test func matchesPyTorch() throws {
    try Golden("multiplication").expectTable(inputs: ["x", "z"], terms: 72, scale: 16) { inputs, _ in
      inputs[0] * inputs[1]
    }
  }

  @Test(
    arguments: [([4, 5], [4, 5]), ([2, 3, 5], [5]), ([3, 1], [2, 1, 4]), ([], [7])] as [(Shape, Shape)])
  func gradient(left: Shape, right: Shape) {
    expectGradientsMatch("multiplication", [left, right]) { $0[0] * $0[1] }
  }

  @Test func distributesOverAddition() {
    let (x, y, z) = (
      Sample.tensor("x", [2, 3, 19]), Sample.tensor("y", [2, 3, 19]), Sample.tensor("z", [3, 1])
    )
    expectClose((x + y) * z, x * z + y * z, tolerance: tolerance(terms: 2, scale: 8))
  }

  @Test func scalarsAreTensorsOfOneValue() {
    let x = Sample.tensor("x", [3, 19]) + 5
    #expect((x * 1.5).scalars == (x * Tensor(1.5)).scalars)
    #expect((1.5 * x).scalars == (Tensor(1.5) * x).scalars)
    expectGradientsMatch("scalars", [[4, 5]], in: 0.5...2) { (1.5 * $0[0]) * 2.5 }
  }

  @Test func shapesThatDoNotFitAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]) * Tensor.ones([2]) }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [6, 40, 401]), Sample.tensor("z", [401])]) {
      $0[0] * $0[1]
    }
  }
}

@Suite struct DivisionTests {
  @Test func matchesPyTorch() throws {
    try Golden("division").expectTable(inputs: ["x", "z"], terms: 72, scale: 512) { inputs, _ in
      inputs[0] / inputs[1]
    }
  }

  @Test(
    arguments: [([4, 5], [4, 5]), ([2, 3, 5], [5]), ([3, 1], [2, 1, 4]), ([], [7])] as [(Shape, Shape)])
  func gradient(left: Shape, right: Shape) {
    expectGradientsMatch("division", [left, right], in: 0.5...2) { $0[0] / $0[1] }
  }

  @Test func invertsMultiplication() {
    let (x, z) = (Sample.tensor("x", [2, 3, 19]), Sample.tensor("z", [3, 1]))
    expectClose(x * z / z, x, tolerance: tolerance(terms: 1, scale: 4))
  }

  @Test func scalarsAreTensorsOfOneValue() {
    let x = Sample.tensor("x", [3, 19]) + 5
    #expect((x / 1.5).scalars == (x / Tensor(1.5)).scalars)
    #expect((1.5 / x).scalars == (Tensor(1.5) / x).scalars)
    expectGradientsMatch("scalars", [[4, 5]], in: 0.5...2) { (1.5 / $0[0]) / 2.5 }
  }

  @Test func shapesThatDoNotFitAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]) / Tensor.ones([2]) }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [6, 40, 401]), Sample.tensor("z", [401])]) {
      $0[0] / $0[1]
    }
  }
}
