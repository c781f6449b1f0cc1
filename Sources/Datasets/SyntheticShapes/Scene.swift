import Autograd

/// What one image of SyntheticShapes shows, before it is drawn; lengths are in units of the image's side.
struct Scene: Sendable {
  /// One object; later objects of a scene stand in front of earlier ones.
  struct Object: Sendable {
    let classIndex: Int
    let center: SIMD2<Float>
    let radius: Float
    /// The cosine and the sine of the rotation; the first is negated for a mirrored object.
    let rotation: SIMD2<Float>
    let isMirrored: Bool

    /// The frame of the object at a point of the image.
    func local(_ point: SIMD2<Float>) -> SIMD2<Float> {
      let offset = (point - center) / radius
      let x = rotation.x * offset.x + rotation.y * offset.y
      let y = rotation.x * offset.y - rotation.y * offset.x
      return SIMD2(isMirrored ? -x : x, y)
    }
  }

  /// The objects from back to front.
  private(set) var objects: [Object] = []
  /// Where the lower ground begins.
  let horizon: Float
  /// Whether the lower ground is water.
  let hasWater: Bool

  /// The class indices that can be seen, in rising order.
  var labels: [Int] { Set(objects.map(\.classIndex)).sorted() }

  /// Draws a scene; `firstClass` is certain to occur.
  ///
  /// Every object keeps at least 55 % of its area and 70 % of its discriminative part in sight, so an image
  /// label always stands for something to be seen.
  init(firstClass: Int, _ options: SyntheticShapes, random: inout Philox) {
    var classes = [firstClass]
    let others = (0..<options.classes).filter { $0 != firstClass }.shuffled(using: &random)
    // Numbers between the least and the most are a little likelier: 3, 4 and 3 times in 10 for 1 to 3.
    let (least, most) = (options.objects[0], options.objects[1])
    let counts = (least...most).flatMap { [Int](repeating: $0, count: $0 == least || $0 == most ? 3 : 4) }
    let wanted = counts[random.integer(in: 0..<counts.count)]
    classes += others.prefix(wanted - 1)
    // One image in forty without a boat has water, so that water is a hint and not a proof.
    hasWater = classes.contains { ShapeClass.all[$0].livesOnWater } || random.uniform() < 1 / 40
    horizon = random.uniform(in: 0.3...0.55)
    let sizes = options.objectSize[0]...options.objectSize[1]
    for classIndex in classes { place(classIndex, sizes, among: classes.count, random: &random) }
  }

  private mutating func place(
    _ classIndex: Int, _ sizes: ClosedRange<Float>, among count: Int, random: inout Philox
  ) {
    let scale: Float = [1, 0.9, 0.8, 0.7, 0.6, 0.5][count - 1]
    for _ in 0..<40 {
      let radius = random.uniform(in: sizes) * scale
      // The half-angle formula gives a rotation of up to 25 degrees without a call into the C library.
      let half = random.uniform(in: -0.22...0.22)
      let rotation = SIMD2(1 - half * half, 2 * half) / (1 + half * half)
      let onWater = ShapeClass.all[classIndex].livesOnWater
      let top = onWater ? max(horizon, 0.45) : 0.7 * radius
      let object = Object(
        classIndex: classIndex,
        center: SIMD2(
          random.uniform(in: 0.7 * radius...1 - 0.7 * radius),
          random.uniform(in: min(top, 1 - 0.7 * radius)...1 - 0.7 * radius)),
        radius: radius, rotation: rotation, isMirrored: random.uniform() < 0.5)
      var candidate = self
      candidate.objects.append(object)
      if objects.isEmpty || candidate.isReadable {
        self = candidate
        return
      }
    }
  }

  /// Whether enough of each object and of each part is in sight.
  private var isReadable: Bool {
    let grid = 40
    let shapes = objects.map { ShapeClass.all[$0.classIndex] }
    var seen = [SIMD2<Float>](repeating: .zero, count: objects.count)
    var total = seen
    for index in 0..<grid * grid {
      let point = SIMD2(Float(index % grid) + 0.5, Float(index / grid) + 0.5) / Float(grid)
      var isFree: Float = 1
      for (number, object) in objects.enumerated().reversed() {
        let local = object.local(point)
        guard abs(local.x) < 1.2, abs(local.y) < 1.2 else { continue }
        guard shapes[number].outline.distance(to: local) < 0 else { continue }
        let hit = SIMD2<Float>(1, shapes[number].part.distance(to: local) < 0 ? 1 : 0)
        total[number] += hit
        seen[number] += hit * isFree
        isFree = 0
      }
    }
    return zip(seen, total).allSatisfy { $0.x >= 0.55 * $1.x && $0.y >= 0.7 * $1.y }
  }
}
