import Autograd
import Configuration
import Imaging
import TestSupport
import Testing
import WeakSupervision

@Suite struct ConfidentLabelsTests {
  /// Labels without the help of the photograph.
  private var plain: ConfidentLabels {
    var labeling = ConfidentLabels()
    labeling.crf.smoothWeight = 0
    labeling.crf.bilateralWeight = 0
    return labeling
  }

  private func image(_ width: Int, _ value: (Int) -> UInt8) -> Image {
    Image(width: width, height: 4, pixels: (0..<4 * width * 3).map { value($0 / 3 % width) })
  }

  private func label(
    _ labeling: ConfidentLabels, _ maps: Tensor, classes: [Int], image: Image
  ) -> LabelMap {
    guard case .ofMaps(let labels) = labeling.rule else { return LabelMap(width: 1, height: 1, ids: [7]) }
    return labels(LabelingInput(image: image, maps: ClassMaps(classes: classes, maps: maps)))
  }

  @Test func bothBackgroundsDecide() {
    // Columns: background for both, open, class 3, class 8.
    let row: [Float] = [0.01, 0.02, 0.2, 0.1, 0.4, 0.35, 0.1, 0.9]
    let maps = Tensor((0..<4).flatMap { _ in row }, shape: [4, 4, 2])
    let labels = label(plain, maps, classes: [2, 7], image: image(4) { _ in 9 })
    #expect(Array(labels.ids[0..<4]) == [0, 255, 3, 8])
    #expect(labels.ids[12..<16] == labels.ids[0..<4])
  }

  @Test func labelsFollowTheOutline() {
    // Dark on the left, bright on the right; the map reaches one column over the edge.
    let picture = image(12) { $0 < 6 ? 20 : 230 }
    let maps = Tensor((0..<48).map { $0 % 12 >= 5 ? 0.9 : 0 }, shape: [4, 12, 1])
    func objectColumns(_ labels: LabelMap) -> [Int] { (0..<12).filter { labels.ids[$0] == 1 } }
    #expect(objectColumns(label(plain, maps, classes: [0], image: picture)) == Array(5..<12))
    #expect(objectColumns(label(ConfidentLabels(), maps, classes: [0], image: picture)) == Array(6..<12))
  }

  @Test func anImageWithoutClassesIsBackground() {
    let labels = label(ConfidentLabels(), .zeros([4, 3, 0]), classes: [], image: image(3) { _ in 0 })
    #expect(labels.ids == [UInt8](repeating: 0, count: 12))
  }

  @Test func backgroundsInTheWrongOrderAreRefused() {
    var labeling = ConfidentLabels()
    labeling.background = 0.4
    #expect(throws: (any Error).self) { try labeling.check() }
  }

  @Test func theEndsOfTheSeedsBandTakeTheWordsPlace() throws {
    var labeling = plain
    (labeling.foreground, labeling.background) = (.word(.seeds), .word(.seeds))
    try labeling.check()
    #expect(labeling.readsBand && !plain.readsBand)
    var choice = BackgroundChoice(0.4)
    choice.band = 0.25...0.6
    let ready = labeling.with(choice)
    #expect(ready.foreground == 0.6 && ready.background == 0.25)
    // Columns: background for both, open, class 3, class 8.
    let row: [Float] = [0.2, 0.1, 0.5, 0.1, 0.7, 0.35, 0.1, 0.9]
    let maps = Tensor((0..<4).flatMap { _ in row }, shape: [4, 4, 2])
    let labels = label(ready, maps, classes: [2, 7], image: image(4) { _ in 9 })
    #expect(Array(labels.ids[0..<4]) == [0, 255, 3, 8])
  }

  @Test func wordsAndNumbersDoNotGoTogether() {
    var labeling = ConfidentLabels()
    labeling.foreground = .word(.seeds)
    let error = ConfigurationError.invalid(
      "foreground", "is seeds with background 0.05; use seeds for both, or numbers for both")
    #expect(throws: error) { try labeling.validate() }
  }
}
