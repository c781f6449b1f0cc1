import Imaging
import Testing

@testable import Training

@Suite struct PredictionMemoryTests {
  private func memory(
    _ width: Int, _ height: Int, scales: [Float] = [1], flip: Bool = false, window: Int = 1024,
    isRefined: Bool = false
  ) -> Int {
    var options = EvaluateOptions()
    options.window = window
    let image = Image(width: width, height: height, color: .black)
    let network = PredictionMemory.Network(classes: 21, bytes: 600_000_000, area: 1 << 20)
    return PredictionMemory(image, scales: scales, flip: flip, options, isRefined: isRefined)
      .bytes(of: network)
  }

  /// 12,000 × 9,000 pixels with 21 classes would be 9 GB of class scores.
  @Test func windowsBoundWhatALargePictureTakes() {
    #expect((1_500_000_000...2_000_000_000).contains(memory(12_000, 9000)))
    #expect(memory(12_000, 9000, window: 0) > 9_000_000_000 + 60_000_000_000)
    #expect(memory(12_000, 9000, scales: [0.75, 1, 1.25], flip: true) > 5_000_000_000)
    #expect(memory(12_000, 9000, isRefined: true) > 50_000_000_000)
  }

  @Test func whatIsFreeIsKnown() throws { #expect(try #require(FreeMemory.bytes) > 1 << 20) }
}
