import Autograd
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  @Test func matchesPyTorch() throws {
    try Golden("softmax").expectTable(inputs: ["x"], terms: 37, scale: 8) { inputs, options in
      inputs[0].softmax(axis: options[0])
    }
  }

  @Test(arguments: [-1, 0, 1]) func gradient(axis: Int) {
    expectGradientsMatch("softmax", [[3, 4, 18]]) { $0[0].softmax(axis: axis) }
  }

  @Test func rowsSumToOne() {
    let y = (Sample.tensor("x", [40, 21]) * 30).softmax()
    expectClose(y.sum(axes: [1]), .ones([40]), tolerance: tolerance(terms: 21))
  }

  @Test func shiftsDoNotMatter() {
    let x = Sample.tensor("x", [40, 21])
    expectClose((x + 50).softmax(), x.softmax(), tolerance: tolerance(terms: 1, scale: 50))
  }

  @Test func hugeValuesStayFinite() {
    #expect(Tensor([-1e30, 1e30, 1e30], shape: [3]).softmax().scalars == [0, 0.5, 0.5])
  }

  /// Sixteen short rows go together, the rest of them and long ones alone.
  @Test(arguments: [1, 5, 16, 21, 48, 49]) func otherRowsDoNotMatter(length: Int) throws {
    try expectSameBytesForRowsAlone(Sample.tensor("x", [35, length]) * 9) { $0.softmax() }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3000, 37])]) { $0[0].softmax() }
  }

  /// As PyTorch takes a scalar: as a row of one value.
  @Test func scalarsAreRowsOfOneValue() throws {
    let x = Tensor(3).tracked()
    #expect(x.softmax().scalar == 1)
    #expect(x.logSoftmax(axis: 0).scalar == 0)
    #expect(x.logSumExp().scalar == 3)
    #expect(x.logSumExp().gradients()[x]?.scalar == 1)
    #expect(x.softmax().shape == [])
  }

  @Test(arguments: [1, 2, 5, 16, 40]) func infinityHasAnInfiniteLogSumExp(count: Int) {
    for rows in [1, 33] {
      var values = [Float](repeating: 2, count: rows * count)
      for row in 0..<rows { values[row * count + row % count] = .infinity }
      let y = Tensor(values, shape: [rows, count]).logSumExp()
      #expect(y.scalars == [Float](repeating: .infinity, count: rows))
    }
    let none = Tensor(repeating: -.infinity, shape: [1, count])
    #expect(none.logSumExp().scalar == -.infinity)
    let lost = Tensor([Float](repeating: 1, count: count) + [.nan, .infinity], shape: [1, count + 2])
    #expect(lost.logSumExp().scalar.isNaN)
  }
}

@Suite struct LogSoftmaxTests {
  @Test func matchesPyTorch() throws {
    try Golden("logSoftmax").expectTable(inputs: ["x"], terms: 37, scale: 8) { inputs, options in
      inputs[0].logSoftmax(axis: options[0])
    }
  }

  @Test(arguments: [-1, 0, 1]) func gradient(axis: Int) {
    expectGradientsMatch("logSoftmax", [[3, 4, 18]]) { $0[0].logSoftmax(axis: axis) }
  }

  @Test func isTheLogarithmOfTheSoftmax() {
    let x = Sample.tensor("x", [40, 21])
    expectClose(x.logSoftmax(), x.softmax().log(), tolerance: tolerance(terms: 21, scale: 8))
  }

  @Test func hugeValuesStayFinite() {
    #expect(Tensor([-1000, 1000], shape: [2]).logSoftmax().scalars == [-2000, 0])
  }

  /// Sixteen short rows go together, the rest of them and long ones alone.
  @Test(arguments: [1, 5, 16, 21, 48, 49]) func otherRowsDoNotMatter(length: Int) throws {
    try expectSameBytesForRowsAlone(Sample.tensor("x", [35, length]) * 9) { $0.logSoftmax() }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3000, 37])]) { $0[0].logSoftmax() }
  }
}

@Suite struct LogSumExpTests {
  @Test func matchesPyTorch() throws {
    try Golden("logSumExp").expectTable(inputs: ["x"], terms: 37, scale: 8) { inputs, options in
      inputs[0].logSumExp(axis: options[0])
    }
  }

  @Test(arguments: [-1, 0, 1]) func gradient(axis: Int) {
    expectGradientsMatch("logSumExp", [[3, 4, 18]]) { $0[0].logSumExp(axis: axis) }
  }

  @Test func shiftsPassThrough() {
    let x = Sample.tensor("x", [40, 21])
    expectClose((x + 50).logSumExp(), x.logSumExp() + 50, tolerance: tolerance(terms: 1, scale: 50))
  }

  @Test func differsFromTheValuesByTheLogSoftmax() {
    let x = Sample.tensor("x", [40, 21])
    expectClose(
      x - x.logSumExp().reshaped(to: [40, 1]), x.logSoftmax(), tolerance: tolerance(terms: 21, scale: 8))
  }

  @Test func endsStayExact() {
    #expect(Tensor([1000, -.infinity], shape: [2]).logSumExp().scalar == 1000)
    #expect(Tensor([-.infinity, -.infinity], shape: [2]).logSumExp().scalar == -.infinity)
  }

  /// Sixteen short rows go together, the rest of them and long ones alone.
  @Test(arguments: [1, 5, 16, 21, 48, 49]) func otherRowsDoNotMatter(length: Int) throws {
    try expectSameBytesForRowsAlone(Sample.tensor("x", [35, length]) * 9) { $0.logSumExp() }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3000, 37])]) { $0[0].logSumExp() }
  }
}
