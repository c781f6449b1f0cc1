import Autograd
import TestSupport
import Testing

@testable import Metrics

@Suite struct SegmentTests {
  /// A line of five pixels against a corner of three.
  @Test func largestIsByPixelsOrByArea() {
    var mask = [Bool](repeating: false, count: 28)
    for (x, y) in [(0, 0), (0, 1), (1, 1), (2, 3), (3, 3), (4, 3), (5, 3), (6, 3)] { mask[y * 7 + x] = true }
    #expect(Segment.largest(of: mask, width: 7, by: .pixelCount)?.box == Box(2, 3, 6, 3))
    #expect(Segment.largest(of: mask, width: 7, by: .contourArea)?.box == Box(0, 0, 1, 1))
    #expect(Segment.largest(of: [false, false], width: 2, by: .pixelCount) == nil)
  }

  /// Outer contours with their areas, and the boxes of holes, on masks with holes and parts within holes.
  @Test func contoursEqualThoseOfOpenCV() throws {
    let golden = try Golden("map-metrics")
    let (masks, rows) = (try golden["contours/masks"], try golden["contours/rows"].scalars)
    for number in 0..<24 {
      let mask = masks.scalars[number * 238..<(number + 1) * 238].map { $0 > 0 }
      let lines = stride(from: 0, to: rows.count, by: 7).map { Array(rows[$0..<$0 + 7]) }
        .filter { Int($0[0]) == number }
      func line(_ box: Box, _ area: Double?) -> String {
        "\(box.left) \(box.top) \(box.right) \(box.bottom)\(area.map { " \($0)" } ?? "")"
      }
      let expected = lines.map { line in
        let box = Box(Int(line[2]), Int(line[3]), Int(line[4]), Int(line[5]))
        return line[6] == 0 ? (box, Double(line[1])) : (box, nil)
      }.map(line).sorted()
      let segments = Segment.segments(of: mask, width: 17)
      let found = segments.flatMap { segment in
        [line(segment.box, segment.outline.area)] + segment.outline.holes.map { line($0, nil) }
      }.sorted()
      #expect(found == expected, "mask \(number)")
      #expect(segments.map(\.pixels).reduce(0, +) == mask.count { $0 })
    }
  }
}
