import Autograd
import Metrics
import Testing

@Suite struct LocalizationErrorTests {
  @Test func oneOfFiveIsEnough() {
    var error = LocalizationError()
    let (good, bad) = (Box(0, 0, 4, 9), Box(5, 5, 6, 6))
    let predictions = [(3, good), (7, bad), (7, good), (1, good), (2, good), (9, good)]
      .map { LocalizationError.Prediction(label: $0.0, box: $0.1) }
    // An overlap of one half is enough.
    error.add(predictions, known: good, label: 7, boxes: [Box(0, 0, 9, 9)])
    #expect(error.top1.value == 1 && error.top5.value == 0)
    #expect(error.classification.value == 1 && error.knownClass.value == 0)
    error.add(predictions, known: bad, label: 9, boxes: [good])
    #expect(error.top5.value == 0.5 && error.knownClass.value == 0.5)
    error.add(predictions, known: nil, label: 3, boxes: [bad, good])
    #expect(error.top1.value == 2.0 / 3 && error.classification.value == 2.0 / 3)
    #expect(error.knownClass.value == 2.0 / 3)
    error.add(predictions, known: good, label: 3, boxes: [])
    #expect(error.top1.used == 3 && error.top1.skipped == 1)
  }

  @Test func boxIsThatOfTheLargestPart() {
    let map = Tensor([1, 0.1, 0, 0.15, 0.1, 0, 0.2, 0.3], shape: [2, 4])
    #expect(LocalizationError.box(of: map) == Box(2, 0, 3, 1))
    #expect(LocalizationError.box(of: map, fraction: 0.5) == Box(0, 0, 0, 0))
    #expect(LocalizationError.box(of: .zeros([2, 2])) == nil)
    #expect(LocalizationError.box(of: Tensor([-1, -2], shape: [1, 2])) == nil)
    #expect(LocalizationError.box(of: Tensor([1, .nan], shape: [1, 2])) == nil)
  }
}
