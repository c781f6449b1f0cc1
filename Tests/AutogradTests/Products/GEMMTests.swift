import Autograd
import Testing

/// Matrix products and their gradients against plain loops, for every remainder of the kernels' blocks.
@Suite struct GEMMTests {
  static let sizes = [1, 2, 7, 8, 9, 11, 12, 13, 16, 17, 31, 33, 48, 50]

  /// a `[m, k]` times b `[k, n]`, or b `[n, k]` if it is `transposed`.
  private static func product(
    _ a: [Float], _ b: [Float], m: Int, n: Int, k: Int, transposed: Bool = false
  ) -> [Float] {
    var result = [Float](repeating: 0, count: m * n)
    result.withUnsafeMutableBufferPointer { result in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          for row in 0..<m {
            for column in 0..<n {
              var sum: Float = 0
              var (left, right) = (row * k, transposed ? column * k : column)
              let step = transposed ? 1 : n
              for _ in 0..<k {
                sum += a[left] * b[right]
                left += 1
                right += step
              }
              result[row * n + column] = sum
            }
          }
        }
      }
    }
    return result
  }

  private static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
  }

  @Test(arguments: sizes) func matmulOfEverySize(m: Int) {
    for n in Self.sizes {
      for k in Self.sizes {
        let a = wholeNumbers([m, k], seed: m).tracked()
        let b = wholeNumbers([k, n], seed: n).tracked()
        let g = wholeNumbers([m, n], seed: k)
        let output = a.matmul(b)
        let gradients = output.gradients(from: g)
        let (left, right, up) = (a.scalars, b.scalars, g.scalars)
        let isRight =
          output.scalars == Self.product(left, right, m: m, n: n, k: k)
          && gradients[a]?.scalars == Self.product(up, right, m: m, n: k, k: n, transposed: true)
          && gradients[b]?.scalars
            == Self.product(Self.transposed(left, rows: m, columns: k), up, m: k, n: n, k: m)
        #expect(isRight, "\(m) × \(k) times \(k) × \(n)")
      }
    }
  }

  /// However the rows and columns are shared out, every value is made once.
  @Test(arguments: [1, 23, 97, 193, 394, 1153])
  func productsOfManyRows(m: Int) {
    for (k, n) in [(3, 5), (100, 1601)] {
      let (a, b) = (wholeNumbers([m, k], seed: m), wholeNumbers([k, n], seed: n))
      let isRight = a.matmul(b).scalars == Self.product(a.scalars, b.scalars, m: m, n: n, k: k)
      #expect(isRight, "\(m) × \(k) times \(k) × \(n)")
    }
  }

  @Test(arguments: sizes) func linearOfEverySize(m: Int) {
    for n in Self.sizes {
      for k in [1, 2, 7, 12, 17, 33, 50] {
        let x = wholeNumbers([m, k], seed: m).tracked()
        let weight = wholeNumbers([n, k], seed: n).tracked()
        let bias = wholeNumbers([n], seed: k).tracked()
        let g = wholeNumbers([m, n], seed: k + 1)
        let output = x.linear(weight, bias: bias)
        let gradients = output.gradients(from: g)
        let (input, weights, up, offsets) = (x.scalars, weight.scalars, g.scalars, bias.scalars)
        let plain = Self.product(input, weights, m: m, n: n, k: k, transposed: true)
        let columns = (0..<n).map { column in (0..<m).reduce(Float(0)) { $0 + up[$1 * n + column] } }
        let isRight =
          output.scalars == plain.indices.map { plain[$0] + offsets[$0 % n] }
          && gradients[x]?.scalars == Self.product(up, weights, m: m, n: k, k: n)
          && gradients[weight]?.scalars
            == Self.product(Self.transposed(up, rows: m, columns: n), input, m: n, n: k, k: m)
          && gradients[bias]?.scalars == columns
        #expect(isRight, "\(m) × \(k) with \(n) outputs")
      }
    }
  }

  @Test(arguments: [false, true], [false, true])
  func transposedFactorsOfABatch(first: Bool, second: Bool) {
    for (m, n, k) in [(1, 9, 13), (7, 16, 8), (12, 33, 17), (31, 11, 50), (50, 48, 2)] {
      let a = wholeNumbers(first ? [3, k, m] : [3, m, k], seed: m).tracked()
      let b = wholeNumbers(second ? [3, n, k] : [3, k, n], seed: n).tracked()
      let g = wholeNumbers([3, m, n], seed: k)
      let output = a.matmul(b, transposingSelf: first, transposingOther: second)
      let gradients = output.gradients(from: g)
      let plain = (first ? a.permuted([0, 2, 1]) : a).matmul(second ? b.permuted([0, 2, 1]) : b)
      let expected = plain.gradients(from: g)
      for part in 0..<3 {
        let left = (first ? a.permuted([0, 2, 1]) : a).slice(axis: 0, part..<part + 1).scalars
        let right = (second ? b.permuted([0, 2, 1]) : b).slice(axis: 0, part..<part + 1).scalars
        #expect(
          output.slice(axis: 0, part..<part + 1).scalars == Self.product(left, right, m: m, n: n, k: k))
      }
      #expect(gradients[a]?.scalars == expected[a]?.scalars)
      #expect(gradients[b]?.scalars == expected[b]?.scalars)
    }
  }
}
