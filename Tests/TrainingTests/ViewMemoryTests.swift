import Testing

@testable import Training

@Suite struct ViewMemoryTests {
  private struct Looking: Stage {
    let name = "look"
    let inputs: [String] = []
    let options: [any Encodable]

    func run(_ context: RunContext) {}
  }

  private func message(_ options: any Encodable) -> String? {
    do {
      try ViewMemoryError.check(Looking(options: [options]), available: 1 << 30)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func imagesThatCannotFitAreRefused() {
    var seeds = SeedsOptions()
    (seeds.baseSize, seeds.scales, seeds.flip) = (4096, [0.5, 1], false)
    #expect(message(seeds) == nil)
    seeds.scales = [1, 16]
    #expect(
      message(seeds) == """
        seeds: images of 65536 × 65536 pixels (base_size at the largest scale) take 48.0 GiB, but there are \
        1.0 GiB; lower seeds.base_size or seeds.scales
        """)
    (seeds.scales, seeds.flip) = ([2.2], false)
    #expect(message(seeds) == nil)
    seeds.flip = true
    #expect(message(seeds) != nil)
    seeds.baseSize = 0
    #expect(message(seeds) == nil)
  }

  @Test func windowsAreNotTheWholeImage() {
    var evaluate = EvaluateOptions()
    (evaluate.baseSize, evaluate.scales, evaluate.window) = (4096, [16], 0)
    #expect(message(evaluate)?.hasPrefix("evaluate: images of 65536 × 65536 pixels") == true)
    evaluate.window = 1024
    #expect(message(evaluate) == nil)
  }
}
