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
