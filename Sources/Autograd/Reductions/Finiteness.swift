extension Tensor {
  /// Whether no value is infinite or NaN.
  public var isFinite: Bool {
    let storage = storage
    let parts = max(1, (count + Self.finitenessGrain - 1) / Self.finitenessGrain)
    guard parts > 1 else { return Self.isFinite(storage, 0..<count) }
    return Parallel.map(parts) { part in
      let start = part * Self.finitenessGrain
      return Self.isFinite(storage, start..<min(storage.count, start + Self.finitenessGrain))
    }.allSatisfy(\.self)
  }

  private static let finitenessGrain = 1 << 18

  /// A finite value times 0 is 0; every other one makes the sum NaN.
  private static func isFinite(_ storage: Storage, _ range: Range<Int>) -> Bool {
    let base = UnsafePointer(storage.base)
    let end = range.lowerBound + range.count / 16 * 16
    var sum = SIMD16<Float>(repeating: 0)
    for index in stride(from: range.lowerBound, to: end, by: 16) {
      let values = UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<Float>.self)
      sum.addProduct(values, SIMD16(repeating: 0))
    }
    return sum.sum() == 0 && (end..<range.upperBound).allSatisfy { base[$0].isFinite }
  }
}
