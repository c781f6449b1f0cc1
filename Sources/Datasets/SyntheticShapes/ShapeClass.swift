/// How one class of SyntheticShapes looks.
struct ShapeClass: Sendable {
  /// The name of the class.
  let name: String
  /// The small discriminative part.
  let part: Silhouette
  /// The middle of the part's pattern.
  let partCenter: SIMD2<Float>
  /// What the body is made of.
  let material: Material
  /// The pattern of the part; no other class has it.
  let mark: Mark
  /// The color of the pattern.
  let markColor: RGB
  /// Whether the class always stands in water.
  let livesOnWater: Bool
  /// Body and part together.
  let outline: Silhouette

  init(
    name: String, body: Silhouette, part: Silhouette, partCenter: SIMD2<Float>, material: Material,
    mark: Mark,
    markColor: RGB, livesOnWater: Bool = false
  ) {
    self.name = name
    self.part = part
    self.partCenter = partCenter
    self.material = material
    self.mark = mark
    self.markColor = markColor
    self.livesOnWater = livesOnWater
    outline = body + part
  }
}

extension ShapeClass {
  /// All classes; the position is the class index (class id − 1).
  static let all = [bird, cat, fish, turtle, boat, house]

  private static let bird = ShapeClass(
    name: "bird",
    body: .ellipse([-0.1, 0.2], [0.68, 0.45])
      + .polygon([[-1.05, -0.25], [-0.45, 0.05], [-0.6, 0.4]]),
    part: .ellipse([0.5, -0.38], [0.4, 0.4]), partCenter: [0.5, -0.38],
    material: .felt, mark: .rings, markColor: [0.98, 0.9, 0.15])

  private static let cat = ShapeClass(
    name: "cat",
    body: .ellipse([0, 0.4], [0.6, 0.56]),
    part: .ellipse([0, -0.4], [0.4, 0.4])
      + .polygon([[-0.42, -0.95], [-0.02, -0.65], [-0.38, -0.35]])
      + .polygon([[0.42, -0.95], [0.38, -0.35], [0.02, -0.65]]), partCenter: [0, -0.4],
    material: .felt, mark: .stripes, markColor: [0.97, 0.97, 0.97])

  private static let fish = ShapeClass(
    name: "fish",
    body: .ellipse([0, 0], [0.72, 0.46])
      + .polygon([[-1, -0.5], [-0.5, 0], [-1, 0.5]]),
    part: .ellipse([0.4, 0], [0.42, 0.36]), partCenter: [0.4, 0],
    material: .scales, mark: .bars, markColor: [0.95, 0.25, 0.1])

  private static let turtle = ShapeClass(
    name: "turtle",
    body: .polygon([
      [-0.85, 0.4], [-0.75, -0.1], [-0.4, -0.42], [0.1, -0.42], [0.45, -0.1], [0.55, 0.4],
    ])
      + .polygon([[-0.7, 0.35], [-0.35, 0.35], [-0.4, 0.7], [-0.65, 0.7]])
      + .polygon([[0.05, 0.35], [0.4, 0.35], [0.35, 0.7], [0.1, 0.7]]),
    part: .ellipse([0.66, -0.12], [0.38, 0.38]), partCenter: [0.66, -0.12],
    material: .scales, mark: .dots, markColor: [0.12, 0.1, 0.35])

  private static let boat = ShapeClass(
    name: "boat",
    body: .polygon([[-1, 0.1], [1, 0.1], [0.65, 0.7], [-0.65, 0.7]]),
    part: .polygon([[0.05, -0.95], [0.7, 0.12], [-0.4, 0.12]]), partCenter: [0.1, -0.2],
    material: .planks, mark: .checks, markColor: [0.98, 0.98, 0.9], livesOnWater: true)

  private static let house = ShapeClass(
    name: "house",
    body: .polygon([[-0.65, -0.15], [0.65, -0.15], [0.65, 0.8], [-0.65, 0.8]]),
    part: .polygon([[0, -0.9], [0.85, -0.1], [-0.85, -0.1]]), partCenter: [0, -0.4],
    material: .planks, mark: .lattice, markColor: [0.55, 0.05, 0.1])
}
