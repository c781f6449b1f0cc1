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
    let small = PredictionMemory.Network(classes: 21, bytes: 20_000_000, area: 1 << 14)
    let network = small.larger(.init(classes: 21, bytes: 45_000_000, area: 1 << 16))
    return PredictionMemory(image, scales: scales, flip: flip, options, isRefined: isRefined)
      .bytes(of: network)
  }

  /// 12,000 × 9,000 pixels with 21 classes would be 9 GB of class scores.
  @Test func windowsBoundWhatALargePictureTakes() {
    #expect((1_500_000_000...2_000_000_000).contains(memory(12_000, 9000)))
    #expect(memory(12_000, 9000, window: 0) > 60_000_000_000)
    #expect(memory(12_000, 9000, scales: [0.75, 1, 1.25], flip: true) > 5_000_000_000)
    #expect(memory(12_000, 9000, isRefined: true) > 50_000_000_000)
  }

  /// Small pictures that are scaled up far are looked at, too.
  @Test func scaledViewsCount() throws {
    var options = EvaluateOptions()
    (options.baseSize, options.window) = (4096, 0)
    let image = Image(width: 8, height: 8, color: .black)
    func huge(side: Int) -> PredictionMemory.Network {
      .init(classes: 2, bytes: side << 36, area: side * side)
    }
    let memory = PredictionMemory(image, scales: [1], flip: false, options)
    #expect(throws: RunError.self) { try memory.require("a", huge) }
    options.baseSize = 2048
    try PredictionMemory(image, scales: [1], flip: false, options).require("a", huge)
  }
}
