import Autograd

/// Smooth noise over the unit square: a grid of random values, interpolated.
struct ValueNoise: Sendable {
  private let cells: Int
  private let values: [Float]

  /// Draws a grid of `cells` × `cells` values of 0...1.
  init(cells: Int, random: inout Philox) {
    self.cells = cells
    values = (0..<(cells + 1) * (cells + 1)).map { _ in random.uniform() }
  }

  /// The noise at a point; points outside the unit square continue it periodically.
  func callAsFunction(_ point: SIMD2<Float>) -> Float {
    let scaled = (point - point.rounded(.down)) * Float(cells)
    let x = min(Int(scaled.x), cells - 1)
    let y = min(Int(scaled.y), cells - 1)
    let right = smoothStep(scaled.x - Float(x))
    let down = smoothStep(scaled.y - Float(y))
    let corner = y * (cells + 1) + x
    let top = values[corner] + (values[corner + 1] - values[corner]) * right
    let below = corner + cells + 1
    let bottom = values[below] + (values[below + 1] - values[below]) * right
    return top + (bottom - top) * down
  }
}

/// `3t² − 2t³`.
func smoothStep(_ t: Float) -> Float { t * t * (3 - 2 * t) }

/// A wave of period 1 between 0 and 1, with flanks a quarter of the period long.
///
/// Built from arithmetic alone: `sin` differs in the last bit between C libraries, and one image must have
/// the same bytes everywhere.
func wave(_ phase: Float) -> Float {
  let triangle = 2 * abs(phase - phase.rounded(.down) - 0.5)
  return smoothStep(min(max(2 * triangle - 0.5, 0), 1))
}

/// What the surface of a body is made of; classes share materials, so a body alone does not tell its class.
enum Material: Sendable {
  case felt, scales, planks

  /// The range of hues, in turns of the color circle.
  var hues: ClosedRange<Float> {
    switch self {
    case .felt: 0.03...0.11
    case .scales: 0.36...0.46
    case .planks: 0.74...0.84
    }
  }

  /// The brightness at a point of the object's frame, about 1.
  func brightness(at point: SIMD2<Float>, noise: ValueNoise) -> Float {
    switch self {
    case .felt:
      return 0.8 + 0.4 * noise(point * 1.3)
    case .scales:
      let row = (point.y * 5).rounded(.down)
      let shift: Float = row - 2 * (row / 2).rounded(.down)
      let cell = SIMD2((point.x * 4 + 0.5 * shift), point.y * 5)
      let offset = cell - cell.rounded(.down) - SIMD2(0.5, 0.1)
      return 1.12 - 0.3 * min(length(offset), 1) + 0.1 * (noise(point) - 0.5)
    case .planks:
      return 0.82 + 0.26 * wave(point.y * 3.5) + 0.12 * (noise(SIMD2(point.x * 0.3, point.y * 2)) - 0.5)
    }
  }
}

/// The pattern of a discriminative part.
enum Mark: Sendable {
  case rings, stripes, bars, dots, checks, lattice, chevrons, grid, diagonals, petals, halves, waves

  /// How much of the mark's color covers the body's at a point of the object's frame, 0...1.
  func cover(at point: SIMD2<Float>, around center: SIMD2<Float>) -> Float {
    let offset = point - center
    switch self {
    case .rings: return wave(length(offset) * 4)
    case .stripes: return wave(offset.y * 4)
    case .bars: return wave(offset.x * 4)
    case .dots:
      let cell = offset * 3.5
      let inner = cell - cell.rounded(.toNearestOrEven)
      return smoothStep(min(max(2.4 - 5 * length(inner), 0), 1))
    case .checks:
      let (x, y) = (wave(offset.x * 2.6), wave(offset.y * 2.6))
      return x * (1 - y) + y * (1 - x)
    case .lattice:
      return max(wave(offset.x * 3 + offset.y * 3), wave(offset.x * 3 - offset.y * 3))
    case .chevrons: return wave(offset.y * 3.5 + 3 * abs(offset.x))
    case .grid: return max(wave(offset.x * 4), wave(offset.y * 4))
    case .diagonals: return wave((offset.x + offset.y) * 3.2)
    case .petals: return wave(3 * offset.x * offset.y / ((offset * offset).sum() + 0.01))
    case .halves: return smoothStep(min(max(0.5 + 8 * offset.x, 0), 1))
    case .waves: return wave(offset.y * 4 + 0.4 * wave(offset.x * 2.5))
    }
  }
}

/// A color of red, green and blue, each 0...1.
typealias RGB = SIMD3<Float>

extension RGB {
  /// The color of a hue in turns, a saturation and a value, both 0...1.
  init(hue: Float, saturation: Float, value: Float) {
    func channel(_ offset: Float) -> Float {
      let turns = hue + offset
      let position = (turns - turns.rounded(.down)) * 6
      return value * (1 - saturation * Swift.min(Swift.max(2 - abs(position - 3), 0), 1))
    }
    self.init(channel(0), channel(2 / 3), channel(1 / 3))
  }
}
