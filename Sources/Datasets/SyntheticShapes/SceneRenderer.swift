import Autograd

/// Draws scenes: pixels and the exact mask of what can be seen.
struct SceneRenderer {
  /// Red, green and blue of each pixel, row by row.
  private(set) var pixels: [UInt8]
  /// The class id of each pixel: 0 for the background, class index + 1 for an object.
  private(set) var ids: [UInt8]
  private let side: Int
  private var colors: [RGB]

  /// Draws `scene` at the side that the options ask for.
  init(_ scene: Scene, _ options: SyntheticShapes, random: inout Philox) {
    side = options.side
    pixels = [UInt8](repeating: 0, count: side * side * 3)
    ids = [UInt8](repeating: 0, count: side * side)
    colors = [RGB](repeating: .zero, count: side * side)
    paint(Backdrop(scene, options, random: &random))
    let scraps = options.clutter[0]..<options.clutter[1] + 1
    for _ in 0..<random.integer(in: scraps) { paint(Clutter(random: &random)) }
    for object in scene.objects { paint(Skin(object, random: &random)) }
    expose(Light(contrast: options.contrast, random: &random), random: &random)
  }

  /// The middle of a pixel, in units of the side.
  private func point(_ x: Int, _ y: Int) -> SIMD2<Float> {
    SIMD2(Float(x) + 0.5, Float(y) + 0.5) / Float(side)
  }

  private mutating func paint(_ backdrop: Backdrop) {
    for y in 0..<side {
      for x in 0..<side { colors[y * side + x] = backdrop.color(at: point(x, y), side: Float(side)) }
    }
  }

  private mutating func paint(_ clutter: Clutter) {
    forEachPixel(around: clutter.center, radius: clutter.radius) { renderer, index, point in
      let local = (point - clutter.center) / clutter.radius
      let coverage = renderer.coverage(clutter.silhouette.distance(to: local) * clutter.radius)
      guard coverage > 0 else { return }
      renderer.colors[index] += (clutter.color(at: local) - renderer.colors[index]) * coverage
    }
  }

  private mutating func paint(_ skin: Skin) {
    let object = skin.object
    forEachPixel(around: object.center, radius: object.radius) { renderer, index, point in
      let local = object.local(point)
      let coverage = renderer.coverage(skin.shape.outline.distance(to: local) * object.radius)
      guard coverage > 0 else { return }
      renderer.colors[index] += (skin.color(at: local) - renderer.colors[index]) * coverage
      if coverage >= 0.5 { renderer.ids[index] = UInt8(object.classIndex + 1) }
    }
  }

  /// How much of a pixel lies inside an outline at a distance in units of the side, 0...1.
  private func coverage(_ distance: Float) -> Float {
    min(max(0.5 - distance * Float(side), 0), 1)
  }

  private mutating func forEachPixel(
    around center: SIMD2<Float>, radius: Float, _ body: (inout Self, Int, SIMD2<Float>) -> Void
  ) {
    let reach = radius * 1.25 + 1 / Float(side)
    let low = ((center - reach) * Float(side)).clamped(
      lowerBound: .zero, upperBound: .init(repeating: Float(side)))
    let high = ((center + reach) * Float(side)).clamped(
      lowerBound: .zero, upperBound: .init(repeating: Float(side)))
    for y in Int(low.y)..<Int(high.y) {
      for x in Int(low.x)..<Int(high.x) { body(&self, y * side + x, point(x, y)) }
    }
  }

  private mutating func expose(_ light: Light, random: inout Philox) {
    for index in colors.indices {
      let lit = light.applied(to: colors[index], at: point(index % side, index / side), random: &random) * 255
      for channel in 0..<3 {
        pixels[index * 3 + channel] = UInt8(min(max(lit[channel], 0), 255) + 0.5)
      }
    }
  }
}

/// The look of one object: its material and the colors that this one was given.
private struct Skin {
  let object: Scene.Object
  let shape: ShapeClass
  private let base: RGB
  private let noise: ValueNoise

  init(_ object: Scene.Object, random: inout Philox) {
    self.object = object
    shape = ShapeClass.all[object.classIndex]
    base = RGB(
      hue: random.uniform(in: shape.material.hues), saturation: random.uniform(in: 0.5...0.72),
      value: random.uniform(in: 0.55...0.85))
    noise = ValueNoise(cells: 6, random: &random)
  }

  /// The color at a point of the object's frame.
  func color(at local: SIMD2<Float>) -> RGB {
    let body = base * shape.material.brightness(at: local, noise: noise)
    guard shape.part.distance(to: local) < 0 else { return body }
    return body + (shape.markColor - body) * shape.mark.cover(at: local, around: shape.partCenter)
  }
}

/// The two grounds behind everything.
private struct Backdrop {
  private let upper: Ground
  private let lower: Ground
  private let horizon: Float
  private let border: ValueNoise

  init(_ scene: Scene, _ options: SyntheticShapes, random: inout Philox) {
    horizon = scene.horizon
    if options.grounds == "own" {
      // A second object stands on a ground of its own below the horizon; alone, one has both.
      let classes = scene.objects.map(\.classIndex)
      upper = Ground(of: classes[0], among: options.classes, random: &random)
      lower = Ground(of: classes[min(1, classes.count - 1)], among: options.classes, random: &random)
    } else {
      let kinds: [Ground.Kind] = [.cloud, .weave, .hatch, .gravel]
      let first = kinds[random.integer(in: 0..<4)]
      let second = kinds[random.integer(in: 0..<4)]
      upper = Ground(first, random: &random)
      lower = Ground(scene.hasWater ? .water : second, random: &random)
    }
    border = ValueNoise(cells: 5, random: &random)
  }

  func color(at point: SIMD2<Float>, side: Float) -> RGB {
    let edge = horizon + 0.12 * (border(SIMD2(point.x, 0.5)) - 0.5)
    let below = min(max((point.y - edge) * side + 0.5, 0), 1)
    guard below > 0 else { return upper.color(at: point) }
    guard below < 1 else { return lower.color(at: point) }
    let above = upper.color(at: point)
    return above + (lower.color(at: point) - above) * below
  }
}

/// A muted texture that fills an area of the background.
private struct Ground {
  enum Kind { case cloud, weave, hatch, gravel, water }

  private let kind: Kind
  private let light: RGB
  private let dark: RGB
  private let coarse: ValueNoise
  private let fine: ValueNoise

  /// The ground that only one class stands on: a hue and a texture of its own.
  init(of classIndex: Int, among classes: Int, random: inout Philox) {
    let kinds: [Kind] = [.cloud, .weave, .hatch, .gravel, .water]
    kind = kinds[classIndex % kinds.count]
    let hue = (Float(classIndex) + random.uniform(in: -0.2...0.2)) / Float(classes)
    let value = random.uniform(in: 0.55...0.75)
    light = RGB(hue: hue, saturation: 0.4, value: value)
    dark = RGB(hue: hue, saturation: 0.45, value: value * 0.65)
    coarse = ValueNoise(cells: 4, random: &random)
    fine = ValueNoise(cells: 20, random: &random)
  }

  init(_ kind: Kind, random: inout Philox) {
    self.kind = kind
    let hue = kind == .water ? random.uniform(in: 0.56...0.62) : random.uniform()
    let saturation = kind == .water ? random.uniform(in: 0.45...0.6) : random.uniform(in: 0.03...0.25)
    let value = random.uniform(in: 0.4...0.85)
    light = RGB(hue: hue, saturation: saturation, value: value)
    dark = RGB(hue: hue + 0.04, saturation: saturation, value: value * random.uniform(in: 0.6...0.8))
    coarse = ValueNoise(cells: 4, random: &random)
    fine = ValueNoise(cells: 20, random: &random)
  }

  func color(at point: SIMD2<Float>) -> RGB {
    light + (dark - light) * depth(at: point)
  }

  private func depth(at point: SIMD2<Float>) -> Float {
    switch kind {
    case .cloud: 0.8 * coarse(point) + 0.3 * fine(point)
    case .weave: 0.4 * wave(point.x * 11) + 0.4 * wave(point.y * 11) + 0.3 * coarse(point)
    case .hatch: 0.6 * wave((point.x + point.y) * 9 + coarse(point)) + 0.3 * fine(point)
    case .gravel: fine(point) > 0.55 ? 0.9 : 0.5 * coarse(point)
    case .water: 0.8 * wave(point.y * 10 + 1.2 * coarse(point)) + 0.2 * fine(point)
    }
  }
}

/// A plain muted scrap that belongs to no class.
private struct Clutter {
  let silhouette: Silhouette
  let center: SIMD2<Float>
  let radius: Float
  private let tint: RGB
  private let other: RGB
  private let stripes: Float

  init(random: inout Philox) {
    let corner = random.uniform(in: 0.3...1)
    silhouette =
      random.uniform() < 0.5
      ? .ellipse(.zero, [1, corner])
      : .polygon([[-1, -corner], [corner, -0.7], [1, corner], [-0.5, 0.9]])
    center = SIMD2(random.uniform(), random.uniform())
    radius = random.uniform(in: 0.04...0.14)
    let hue = random.uniform()
    let value = random.uniform(in: 0.3...0.9)
    tint = RGB(hue: hue, saturation: random.uniform(in: 0...0.35), value: value)
    other = tint * random.uniform(in: 0.7...1)
    stripes = random.uniform(in: 1...4)
  }

  /// The color at a point of the scrap's frame.
  func color(at local: SIMD2<Float>) -> RGB {
    tint + (other - tint) * wave((local.x - local.y) * stripes)
  }
}

/// A gradient of brightness over the image, its contrast, a tint, and the camera's noise.
private struct Light {
  private let contrast: Float
  private let slope: SIMD2<Float>
  private let tint: RGB
  private let grain: Float

  init(contrast: Float, random: inout Philox) {
    self.contrast = contrast
    slope = SIMD2(random.uniform(in: -0.3...0.3), random.uniform(in: -0.3...0.3))
    tint = RGB(
      random.uniform(in: 0.92...1.08), random.uniform(in: 0.92...1.08), random.uniform(in: 0.92...1.08))
    grain = random.uniform(in: 0.01...0.035)
  }

  func applied(to color: RGB, at point: SIMD2<Float>, random: inout Philox) -> RGB {
    let brightness = 1 + (slope * (point - 0.5)).sum()
    // Three numbers of 21 bits from one word: drawing them is the larger part of the work.
    let word = random.next()
    let bits = SIMD3(UInt32(word & 0x1f_ffff), UInt32(word >> 21 & 0x1f_ffff), UInt32(word >> 42 & 0x1f_ffff))
    let noise = RGB(bits) * 0x1p-20 - 1
    return (color * contrast + 0.5 * (1 - contrast)) * tint * brightness + noise * grain * 1.7
  }
}
