import Autograd
import Testing

/// The vector kernel against the same formula in double precision, one value at a time.
@Suite struct AdamUpdateTests {
  @Test(arguments: [1, 15, 16, 17, 100]) func everyValueOfEveryLengthIsStepped(count: Int) {
    var random = Philox(seed: 3, name: "adam")
    func sample(_ range: ClosedRange<Float>) -> [Float] { (0..<count).map { _ in random.uniform(in: range) } }
    let (values, gradient) = (sample(-1...1), sample(-0.1...0.1))
    let (first, second) = (sample(-0.1...0.1), sample(0...0.01))
    let update = AdamUpdate(
      decay: 0.999, rate: 0.01, denominatorScale: 3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8,
      gradientScale: 0.5)
    var (newValues, newFirst, newSecond) = (
      Tensor(values, shape: [count]), Tensor(first, shape: [count]), Tensor(second, shape: [count])
    )
    let slopes = Tensor(gradient, shape: [count])
    newValues.mutate { values in
      newFirst.mutate { first in
        newSecond.mutate { second in
          slopes.withSpan { update.apply(&values, first: &first, second: &second, gradient: $0) }
        }
      }
    }
    let results = [newValues, newFirst, newSecond].map(\.scalars)
    for index in 0..<count {
      let slope = Double(gradient[index]) / 2
      let mean = 0.9 * Double(first[index]) + 0.1 * slope
      let square = 0.99 * Double(second[index]) + 0.01 * slope * slope
      let value = 0.999 * Double(values[index]) - 0.01 * mean / (3 * square.squareRoot() + 1e-8)
      // Half a dozen roundings to 24 bits, each of values below 1.
      for (result, expected) in zip(results, [value, mean, square]) {
        #expect(abs(Double(result[index]) - expected) <= 4e-7 * max(abs(expected), 0.1))
      }
    }
  }
}
