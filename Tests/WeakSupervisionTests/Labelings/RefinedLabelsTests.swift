import Configuration
import Imaging
import Testing
import WeakSupervision

@Suite struct RefinedLabelsTests {
  private let labels = LabelMap(width: 3, height: 1, ids: [0, 4, 7])
  private let confidence = LabelMap(width: 3, height: 1, ids: [255, 127, 128])

  private func label(_ labeling: RefinedLabels) -> [UInt8] {
    guard case .ofRefined(let rule) = labeling.rule else { return [] }
    return rule(RefinedPixels(labels: labels, confidence: confidence)).ids
  }

  @Test func unsurePixelsAreLeftOpen() {
    var labeling = RefinedLabels()
    labeling.minimumConfidence = 0.5
    #expect(label(labeling) == [0, 255, 7])
  }

  @Test func withoutAThresholdNothingIs() {
    #expect(label(RefinedLabels()) == [0, 4, 7])
  }

  @Test func aThresholdBeyondOneIsRefused() {
    var labeling = RefinedLabels()
    labeling.minimumConfidence = 1.5
    let error = ConfigurationError.invalid("minimum_confidence", "is 1.5; use a number from 0 to 1")
    #expect(throws: error) { try labeling.check() }
  }
}
