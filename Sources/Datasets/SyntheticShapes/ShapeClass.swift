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
  static let all = [bird, cat, fish, turtle, boat, house, tree, car, lamp, flower, kite, mug]

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

  private static let tree = ShapeClass(
    name: "tree",
    body: .polygon([[-0.16, -0.1], [0.16, -0.1], [0.24, 0.95], [-0.24, 0.95]])
      + .ellipse([-0.4, 0.1], [0.4, 0.3]),
    part: .ellipse([0.1, -0.45], [0.6, 0.48]), partCenter: [0.1, -0.45],
    material: .planks, mark: .chevrons, markColor: [0.1, 0.5, 0.2])

  private static let car = ShapeClass(
    name: "car",
    body: .polygon([[-1, 0], [1, 0], [0.95, 0.45], [-0.95, 0.45]])
      + .ellipse([-0.55, 0.45], [0.26, 0.26]) + .ellipse([0.55, 0.45], [0.26, 0.26]),
    part: .polygon([[-0.4, -0.55], [0.35, -0.55], [0.65, 0.05], [-0.65, 0.05]]), partCenter: [0, -0.25],
    material: .scales, mark: .grid, markColor: [0.1, 0.1, 0.15])

  private static let lamp = ShapeClass(
    name: "lamp",
    body: .polygon([[-0.1, -0.3], [0.1, -0.3], [0.1, 0.8], [-0.1, 0.8]])
      + .ellipse([0, 0.75], [0.55, 0.2]),
    part: .polygon([[-0.3, -0.9], [0.3, -0.9], [0.65, -0.15], [-0.65, -0.15]]), partCenter: [0, -0.5],
    material: .felt, mark: .diagonals, markColor: [1, 0.6, 0.9])

  private static let flower = ShapeClass(
    name: "flower",
    body: .polygon([[-0.09, -0.1], [0.09, -0.1], [0.09, 0.95], [-0.09, 0.95]])
      + .ellipse([-0.35, 0.45], [0.32, 0.16]) + .ellipse([0.35, 0.6], [0.32, 0.16]),
    part: .ellipse([0, -0.45], [0.5, 0.5]), partCenter: [0, -0.45],
    material: .scales, mark: .petals, markColor: [0.95, 0.85, 0.95])

  private static let kite = ShapeClass(
    name: "kite",
    body: .polygon([[-0.7, -0.1], [0.7, -0.1], [0, 0.95]]),
    part: .polygon([[0, -0.95], [0.7, -0.05], [-0.7, -0.05]]), partCenter: [0, -0.4],
    material: .felt, mark: .halves, markColor: [0.1, 0.35, 0.75])

  private static let mug = ShapeClass(
    name: "mug",
    body: .polygon([[-0.6, -0.1], [0.5, -0.1], [0.4, 0.8], [-0.5, 0.8]])
      + .ellipse([0.62, 0.3], [0.3, 0.3]),
    part: .polygon([[-0.65, -0.6], [0.55, -0.6], [0.5, 0], [-0.6, 0]]), partCenter: [-0.05, -0.3],
    material: .planks, mark: .waves, markColor: [0.95, 0.95, 0.4])
}

/// The outline of a thing as a distance: negative inside, positive outside, in units of the object's radius.
///
/// Points are in the object's own frame: x to the right, y down, the object within about the unit circle.
struct Silhouette: Sendable {
  /// Centre and radii of each ellipse.
  private var ellipses: [SIMD4<Float>] = []
  /// The outward normal and the offset of each edge, polygon after polygon.
  private var edges: [SIMD3<Float>] = []
  /// The index after the last edge of each polygon.
  private var polygonEnds: [Int] = []

  /// An ellipse with axes along the frame's.
  static func ellipse(_ center: SIMD2<Float>, _ radii: SIMD2<Float>) -> Silhouette {
    var silhouette = Silhouette()
    silhouette.ellipses = [SIMD4(lowHalf: center, highHalf: radii)]
    return silhouette
  }

  /// A convex polygon with its corners in clockwise order on the screen.
  static func polygon(_ corners: [SIMD2<Float>]) -> Silhouette {
    var silhouette = Silhouette()
    var last = corners[corners.count - 1]
    for corner in corners {
      let edge = corner - last
      let normal = SIMD2(edge.y, -edge.x) / length(edge)
      silhouette.edges.append(SIMD3(normal, -(normal * last).sum()))
      last = corner
    }
    silhouette.polygonEnds = [corners.count]
    return silhouette
  }

  /// Everything that lies in one of the two.
  static func + (left: Silhouette, right: Silhouette) -> Silhouette {
    var union = left
    union.ellipses += right.ellipses
    union.polygonEnds += right.polygonEnds.map { $0 + left.edges.count }
    union.edges += right.edges
    return union
  }

  /// The signed distance of `point`, exact next to straight edges and first order next to curved ones.
  func distance(to point: SIMD2<Float>) -> Float {
    var nearest = Float.greatestFiniteMagnitude
    for ellipse in ellipses {
      let offset = point - ellipse.lowHalf
      let scaled = length(offset / ellipse.highHalf)
      let slope = length(offset / (ellipse.highHalf * ellipse.highHalf))
      nearest = min(nearest, slope > 1e-6 ? scaled * (scaled - 1) / slope : -ellipse.highHalf.min())
    }
    var first = 0
    for end in polygonEnds {
      var farthest = -Float.greatestFiniteMagnitude
      for index in first..<end {
        let edge = edges[index]
        farthest = max(farthest, edge.x * point.x + edge.y * point.y + edge.z)
      }
      nearest = min(nearest, farthest)
      first = end
    }
    return nearest
  }
}

/// The Euclidean length of a vector.
func length(_ vector: SIMD2<Float>) -> Float {
  (vector * vector).sum().squareRoot()
}
