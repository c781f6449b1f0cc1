import Autograd
import Testing
import WeakSupervision

@testable import Methods

@Suite struct LocalCropsTests {
  private func crops(_ labels: [Float], count: Int = 8, seed: UInt64 = 1) -> [LocalCrops.Crop] {
    var random = Philox(seed: seed, name: "crops")
    return LocalCrops(count: count, side: 8)(labels, height: 20, width: 24, random: &random)
  }

  @Test func cropsLieInsideAndDiffer() {
    let crops = crops([Float](repeating: 0, count: 480))
    #expect(crops.allSatisfy { 0...12 ~= $0.top && 0...16 ~= $0.left && !$0.isCertain })
    #expect(Set(crops.map { $0.top * 100 + $0.left }).count == 8)
  }

  @Test func centresAvoidCertainObjectsWhereTheyCan() {
    // The left half certainly shows class 3.
    let labels = (0..<480).map { $0 % 24 < 12 ? Float(3) : 0 }
    for seed: UInt64 in 0..<20 {
      #expect(crops(labels, seed: seed).allSatisfy { $0.left + 4 >= 12 })
    }
  }

  @Test func anImageFullOfObjectIsCroppedAnywhere() {
    let crops = crops([Float](repeating: 7, count: 480))
    #expect(crops.count == 8)
    #expect(crops.allSatisfy { $0.isCertain })
  }

  @Test func certaintyIsTheMeanOverTheCrop() {
    // Undecided everywhere: the mean is 1, above 0.2.
    #expect(crops([Float](repeating: 255, count: 480)).allSatisfy { $0.isCertain })
    // One undecided pixel in ten: 0.1.
    #expect(crops((0..<480).map { $0 % 10 == 0 ? 255 : 0 }).allSatisfy { !$0.isCertain })
  }

  @Test func theSeedDecides() {
    let labels = [Float](repeating: 0, count: 480)
    #expect(crops(labels, seed: 5) == crops(labels, seed: 5))
    #expect(crops(labels, seed: 5) != crops(labels, seed: 6))
  }
}
