import Autograd
import Imaging
import Metrics
import TestSupport
import Testing

@Suite struct ConfusionMatrixTests {
  private func map(_ ids: [UInt8]) -> LabelMap { LabelMap(width: ids.count, height: 1, ids: ids) }

  private func matrix(_ prediction: [UInt8], _ truth: [UInt8], classes: Int) throws -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: classes)
    try matrix.add(
      prediction: map(prediction), truth: map(truth), name: "prediction", truthName: "ground truth")
    return matrix
  }

  /// 100 pairs of masks with ignored pixels and absent classes; float figures hold 1e-6.
  @Test func figuresEqualTorchmetrics() throws {
    let golden = try Golden("metrics")
    let (masks, figures, ious) = (
      try golden["masks"].scalars, try golden["figures"].scalars, try golden["iou"].scalars
    )
    for number in 0..<100 {
      let row = figures[6 * number..<6 * number + 6].map { $0 }
      let (classes, height, width) = (Int(row[0]), Int(row[1]), Int(row[2]))
      func mask(_ index: Int) -> LabelMap {
        let start = (2 * number + index) * 144
        let ids = (0..<height).flatMap { y in (0..<width).map { UInt8(masks[start + 12 * y + $0]) } }
        return LabelMap(width: width, height: height, ids: ids)
      }
      var matrix = ConfusionMatrix(classes: classes)
      matrix.add(prediction: mask(0), truth: mask(1))
      #expect(abs(matrix.meanIoU - Double(row[3])) < 1e-6)
      #expect(abs(matrix.pixelAccuracy - Double(row[4])) < 1e-6)
      let recalls = matrix.perClassRecall.compactMap { $0 }
      #expect(abs(recalls.reduce(0, +) / Double(recalls.count) - Double(row[5])) < 1e-6)
      for (index, iou) in matrix.perClassIoU.enumerated() {
        #expect(abs((iou ?? -1) - Double(ious[22 * number + index])) < 1e-6)
      }
    }
  }

  @Test func countsByHand() throws {
    let matrix = try matrix([0, 1, 1, 2, 255, 1], [0, 1, 2, 2, 1, 255], classes: 4)
    #expect(matrix.counts == [1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
    #expect(matrix.perClassIoU == [0.5, 1.0 / 3, 0.5, nil])
    #expect(matrix.perClassPrecision == [0.5, 0.5, 1, nil])
    #expect(matrix.perClassRecall == [1, 0.5, 0.5, nil])
    #expect(matrix.meanForegroundPrecision == 0.75 && matrix.meanForegroundRecall == 0.5)
    #expect(matrix.pixelAccuracy == 0.6)
    #expect(matrix.total == 5)
  }

  @Test func perfectPredictionScoresOne() throws {
    let matrix = try matrix([0, 3, 3, 1], [0, 3, 3, 1], classes: 21)
    #expect(matrix.meanIoU == 1 && matrix.pixelAccuracy == 1)
    #expect(matrix.perClassRecall.compactMap { $0 } == [1, 1, 1])
  }

  @Test func predictedButAbsentClassCountsAsZero() throws {
    #expect(try matrix([0, 1], [0, 0], classes: 3).perClassIoU == [0.5, 0, nil])
  }

  @Test func ignoredIdMayBeAClass() {
    var matrix = ConfusionMatrix(classes: 2)
    matrix.add(prediction: map([0, 1, 1]), truth: map([0, 0, 1]), ignoring: 0)
    #expect(matrix.counts == [0, 0, 0, 1])
  }

  @Test func picturesAddUp() throws {
    var sum = try matrix([0, 1], [0, 0], classes: 2)
    sum.merge(try matrix([1, 1, 0], [1, 1, 1], classes: 2))
    #expect(sum == (try matrix([0, 1, 1, 1, 0], [0, 0, 1, 1, 1], classes: 2)))
  }

  @Test func nothingCountedIsNotANumber() {
    let empty = ConfusionMatrix(classes: 3)
    #expect(empty.meanIoU.isNaN && empty.pixelAccuracy.isNaN && empty.perClassIoU == [nil, nil, nil])
  }

  @Test func sizesHaveToAgree() {
    var matrix = ConfusionMatrix(classes: 2)
    #expect(
      throws: ScoreError.sizesDiffer(
        prediction: "p", width: 2, height: 1, truth: "t", truthWidth: 1, truthHeight: 2)
    ) {
      try matrix.add(
        prediction: map([0, 1]), truth: LabelMap(width: 1, height: 2, ids: [0, 1]), name: "p", truthName: "t")
    }
  }

  @Test func unknownIdsAreErrors() {
    #expect(throws: ScoreError.noSuchClass(path: "prediction", id: 7, classes: 3)) {
      try matrix([7], [0], classes: 3)
    }
    #expect(throws: ScoreError.noSuchClass(path: "ground truth", id: 3, classes: 3)) {
      try matrix([0], [3], classes: 3)
    }
  }

  @Test func wrongMasksInMemoryTrap() async {
    await #expect(processExitsWith: .failure) {
      var matrix = ConfusionMatrix(classes: 2)
      let mask = LabelMap(width: 1, height: 1, ids: [2])
      matrix.add(prediction: mask, truth: mask)
    }
  }
}
