import Autograd
import Imaging
import Metrics
import TestSupport
import Testing

@Suite struct ThresholdSweepTests {
  /// 96 thresholds, 3 pictures, scores on a grid that meets the thresholds exactly.
  @Test func curveEqualsArgmaxAtEachThreshold() throws {
    let golden = try Golden("threshold-sweep")
    let (maps, truth) = (try golden["maps"], try golden["truth"])
    var sweep = ThresholdSweep(classes: 6)
    for number in 0..<3 {
      let mask = LabelMap(
        width: 17, height: 13, ids: truth.scalars[number * 221..<(number + 1) * 221].map { UInt8($0) })
      let part = Array(maps.scalars[number * 1105..<(number + 1) * 1105])
      sweep.add(maps: Tensor(part, shape: [13, 17, 5]), classes: [0, 1, 2, 3, 4], truth: mask)
    }
    let expected = try golden["curve"].scalars
    for (point, value) in zip(sweep.curve, expected) {
      #expect(abs(point.meanIoU - Double(value)) < 1e-6, "at \(point.threshold)")
    }
    #expect(sweep.curve.count == 96)
    #expect(sweep.best.meanIoU == sweep.curve.map(\.meanIoU).max())
  }

  private let truth = LabelMap(width: 4, height: 1, ids: [1, 1, 0, 255])

  @Test func scoreAtTheThresholdIsBackground() {
    var sweep = ThresholdSweep(classes: 2, thresholds: [0.25, 0.5])
    sweep.add(scores: [0.5, 0.75, 0.25, 1], strongest: [1, 1, 1, 1], truth: truth)
    #expect((0..<2).map { sweep.confusion(at: $0).counts } == [[1, 0, 0, 2], [1, 0, 1, 1]])
    #expect(sweep.best.threshold == 0.25 && sweep.best.meanIoU == 1 && sweep.bestIndex == 0)
  }

  @Test func picturesAddUp() {
    var (one, two) = (ThresholdSweep(classes: 2), ThresholdSweep(classes: 2))
    one.add(scores: [0.5, 0.75, 0.25, 1], strongest: [1, 1, 1, 1], truth: truth)
    two.add(scores: [0.1, 0.2, 0.3, 0.4], strongest: [1, 1, 1, 1], truth: truth)
    var both = one
    both.add(scores: [0.1, 0.2, 0.3, 0.4], strongest: [1, 1, 1, 1], truth: truth)
    one.merge(two)
    #expect((0..<96).allSatisfy { one.confusion(at: $0) == both.confusion(at: $0) })
  }

  @Test func notANumberIsBackground() {
    var sweep = ThresholdSweep(classes: 2, thresholds: [0])
    sweep.add(scores: [.nan, 1, .nan, .nan], strongest: [1, 1, 1, 1], truth: truth)
    #expect(sweep.confusion(at: 0).counts == [1, 0, 1, 1])
  }

  @Test func channelsBelongToTheClassesThatAreThere() {
    var sweep = ThresholdSweep(classes: 4, thresholds: [0.5])
    let mask = LabelMap(width: 2, height: 1, ids: [3, 0])
    sweep.add(maps: Tensor([0.2, 0.9, 0.3, 0.4], shape: [1, 2, 2]), classes: [0, 2], truth: mask)
    sweep.add(maps: Tensor([], shape: [1, 2, 0]), classes: [], truth: mask)
    #expect(sweep.confusion(at: 0).counts == [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1])
  }

  @Test func unknownIdInTheTruthTraps() async {
    await #expect(processExitsWith: .failure) {
      var sweep = ThresholdSweep(classes: 2)
      sweep.add(scores: [0], strongest: [1], truth: LabelMap(width: 1, height: 1, ids: [9]))
    }
  }
}
