/// The taps of one axis of Pillow's resize: which input samples make up each output sample.
///
/// `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow's `Resample.c`: the kernel is widened by the
/// factor that the axis shrinks by, cut at the border and renormalised, then rounded to 22 binary places.
struct ResampleWeights {
  /// The binary places of a weight; 8 bits of sample and 2 of headroom fill the rest of 32.
  static let precision = 22

  /// The first input sample of each output sample.
  let starts: [Int]
  /// The number of taps of each output sample.
  let counts: [Int]
  /// The weights, `tapLimit` places per output sample.
  let weights: [Int32]
  /// The most taps that an output sample has.
  let tapLimit: Int

  init(from input: Int, to output: Int, support: Double, kernel: (Double) -> Double) {
    let scale = Double(input) / Double(output)
    let stretch = max(scale, 1)
    let reach = support * stretch
    tapLimit = Int(reach.rounded(.up)) * 2 + 1
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Int32](repeating: 0, count: output * tapLimit)
    for index in 0..<output {
      let center = (Double(index) + 0.5) * scale
      let first = max(Int(center - reach + 0.5), 0)
      let count = min(Int(center + reach + 0.5), input) - first
      // Pillow multiplies by the inverse; dividing would round some weights differently.
      let inverse = 1 / stretch
      let values = (0..<count).map { kernel((Double($0 + first) - center + 0.5) * inverse) }
      let sum = values.reduce(0, +)
      for (tap, value) in values.enumerated() {
        let share = (sum == 0 ? value : value / sum) * Double(1 << Self.precision)
        weights[index * tapLimit + tap] = Int32(share < 0 ? share - 0.5 : share + 0.5)
      }
      starts.append(first)
      counts.append(count)
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
  }
}
