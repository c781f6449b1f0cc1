/// The reduction of some axes of a shape as steps that each reduce one run of neighbouring axes.
struct ReductionPlan {
  /// A view `[outer, count, inner]` of what is left, whose middle axis goes away.
  struct Step: Sendable {
    let outer: Int
    let count: Int
    let inner: Int
  }

  /// The steps, last axes first.
  private(set) var steps: [Step] = []
  /// The shape with extent 1 for each reduced axis.
  let stretchable: Shape
  /// The shape of the result.
  let result: Shape
  /// The number of values behind each value of the result.
  let count: Int

  /// - Precondition: each axis occurs in the shape, at most once.
  init(_ shape: Shape, axes: [Int], keepingAxes: Bool, _ operation: String) {
    let axes = axes.map { shape.normalized(axis: $0, operation: operation) }
    let reduced = Set(axes)
    precondition(reduced.count == axes.count, "\(operation): an axis occurs twice in \(axes)")
    stretchable = Shape(shape.indices.map { reduced.contains($0) ? 1 : shape[$0] })
    result =
      keepingAxes ? stretchable : Shape(shape.indices.filter { !reduced.contains($0) }.map { shape[$0] })
    count = reduced.reduce(1) { $0 * shape[$1] }
    var inner = 1
    var axis = shape.rank - 1
    while axis >= 0 {
      if !reduced.contains(axis) {
        inner *= shape[axis]
        axis -= 1
        continue
      }
      var extent = 1
      while axis >= 0, reduced.contains(axis) {
        extent *= shape[axis]
        axis -= 1
      }
      let outer = shape[0..<(axis + 1)].reduce(1, *)
      if extent != 1 { steps.append(Step(outer: outer, count: extent, inner: inner)) }
    }
  }
}
