import Autograd
import Testing

@Suite struct ParallelUpdateTests {
  private let counts = [5, 40, 0, 17, 7]

  private func tensors(_ scale: Float) -> [Tensor] {
    counts.map { count in Tensor((0..<count).map { scale * Float($0) }, shape: [count]) }
  }

  @Test func everyValueOfEveryPairIsChangedOnceWithItsNumberAndPlace() {
    var (first, second) = (tensors(1), tensors(2))
    parallelUpdate(&first, &second, grain: 7) { pair, first, second, start in
      for index in first.indices {
        first[index] += Float(1000 * pair + start + index)
        second[index] += Float(2000 * pair + start + index)
      }
    }
    for (pair, count) in counts.enumerated() {
      #expect(first[pair].scalars == (0..<count).map { Float(1000 * pair + 2 * $0) })
      #expect(second[pair].scalars == (0..<count).map { Float(2000 * pair + 3 * $0) })
    }
  }

  @Test func triplesKeepCopiesThatOthersHold() {
    var (first, second, third) = (tensors(1), tensors(2), tensors(3))
    let held = first
    parallelUpdate(&first, &second, &third, grain: 16) { triple, first, second, third, start in
      for index in first.indices {
        first[index] = third[index] - second[index] + Float(triple)
        third[index] = Float(start + index)
        second[index] = -third[index]
      }
    }
    for (triple, count) in counts.enumerated() {
      #expect(held[triple].scalars == (0..<count).map(Float.init))
      #expect(first[triple].scalars == (0..<count).map { Float($0 + triple) })
      #expect(second[triple].scalars == (0..<count).map { -Float($0) })
      #expect(third[triple].scalars == (0..<count).map(Float.init))
    }
  }

  @Test func refusesTensorsThatDoNotFit() async {
    await #expect(processExitsWith: .failure) {
      var (first, second) = ([Tensor.zeros([3])], [Tensor.zeros([4])])
      parallelUpdate(&first, &second, grain: 2) { _, _, _, _ in }
    }
  }
}
