import Autograd

/// The projection of the channels at each position on their first principal direction.
///
///     O = [positions, channels], centred over positions;   O = U s Vᵀ,   L = O v₁ = s₁ u₁
///
/// The sign of v₁, which no decomposition fixes, is the one with which L goes along with the channels' mean;
/// if it goes along with neither, the one whose largest value is the farther from zero.
enum PrincipalProjection {
  /// Iterations after which the direction is taken as it is, where the two strongest are about equal.
  private static let limit = 1000

  /// `[rows, height, width]` from `[rows, height, width, channels]`; zeros for rows that are constant.
  static func of(_ contributions: Tensor, isCentered: Bool = true) -> Tensor {
    let shape = contributions.shape
    let (rows, positions) = (shape[0], shape[1] * shape[2])
    let plain = contributions.reshaped(to: [rows, positions, shape[3]])
    let values = isCentered ? plain - plain.mean(axes: [1], keepingAxes: true) : plain
    // Powers of ten more or less change no direction, and keep the squares of small gradients from zero.
    let scale = values.absoluteValue().maximum(axes: [1, 2], keepingAxes: true)
    let scaled = values / Tensor.select(scale, scale, Tensor(1))
    let direction = direction(of: scaled)
    let strength = scaled.matmul(direction, transposingSelf: true).squared()
      .sum(axes: [1, 2], keepingAxes: true).squareRoot()
    let maps = direction * strength * scale
    return signed(maps, along: plain.mean(axes: [2], keepingAxes: true)).reshaped(to: [
      rows, shape[1], shape[2],
    ])
  }

  /// u₁ of each row, `[rows, positions, 1]`, by power iteration from a fixed start.
  private static func direction(of values: Tensor) -> Tensor {
    var random = Philox(seed: 0, name: "principal projection")
    let positions = values.shape[1]
    let start = Tensor((0..<positions).map { _ in random.uniform(in: 0.5...1) }, shape: [1, positions, 1])
    var direction = (start + Tensor.zeros([values.shape[0], positions, 1])).l2Normalized(axis: 1)
    for _ in 0..<limit {
      let product = values.matmul(values.matmul(direction, transposingSelf: true))
      let next = product.l2Normalized(axis: 1)
      let change = (next - direction).absoluteValue().maximum().scalar
      direction = next
      if change < 1e-7 { break }
    }
    return direction
  }

  private static func signed(_ maps: Tensor, along means: Tensor) -> Tensor {
    let centred = means - means.mean(axes: [1], keepingAxes: true)
    let agreement = (maps * centred).sum(axes: [1, 2]).scalars
    let size = (maps * centred).absoluteValue().sum(axes: [1, 2]).scalars
    let extremes = zip(maps.maximum(axes: [1, 2]).scalars, maps.minimum(axes: [1, 2]).scalars)
    let signs = zip(zip(agreement, size), extremes).map { agreement, extremes -> Float in
      if abs(agreement.0) > 1e-5 * agreement.1 { return agreement.0 < 0 ? -1 : 1 }
      return -extremes.1 > extremes.0 ? -1 : 1
    }
    return maps * Tensor(signs, shape: [signs.count, 1, 1])
  }
}
