import Autograd
import Metrics
import TestSupport
import Testing

@Suite struct BoxAccuracyTests {
  /// OpenCV's contours of eight maps of 7 × 9 positions, boxes in pictures of 300 × 240.
  @Test func accuraciesEqualThoseOfOpenCV() throws {
    let golden = try Golden("map-metrics")
    let (maps, truths) = (
      try golden["boxes/maps"].scalars, try golden["boxes/truths"].scalars.map { Int($0) }
    )
    var (single, averaged) = (BoxAccuracy.single(step: 0.05), BoxAccuracy.averaged(step: 0.05))
    for number in 0..<8 {
      let map = Tensor(Array(maps[number * 63..<(number + 1) * 63]), shape: [7, 9])
      let truth = truths[4 * number..<4 * number + 4].map { $0 }
      let box = Box(truth[0], truth[1], truth[2], truth[3])
      single.add(map, boxes: [box], width: 300, height: 240)
      averaged.add(map, boxes: [box], width: 300, height: 240)
    }
    let expected = try golden["boxes/accuracies"].scalars
    #expect(abs((single.value ?? -1) - Double(expected[0])) < 1e-6)
    #expect(abs((averaged.value ?? -1) - Double(expected[1])) < 1e-6)
    #expect(single.thresholds.count == 20 && averaged.overlaps == [0.3, 0.5, 0.7])
  }

  @Test func mapsThatShowNothingAreWrong() {
    var accuracy = BoxAccuracy.single()
    #expect(accuracy.value == nil)
    accuracy.add(.ones([3, 3]), boxes: [Box(0, 0, 9, 9)], width: 20, height: 20)
    accuracy.add(Tensor([.nan, 1], shape: [1, 2]), boxes: [Box(0, 0, 9, 9)], width: 20, height: 20)
    accuracy.add(.ones([3, 3]), boxes: [], width: 20, height: 20)
    #expect(accuracy.value == 0 && accuracy.images == 2 && accuracy.skipped == 1)
    accuracy.add(Tensor([1, 0, 1, 0], shape: [2, 2]), boxes: [Box(0, 0, 9, 19)], width: 20, height: 20)
    #expect(accuracy.value == 1.0 / 3)
  }
}
