import Autograd
import Testing

@Suite struct TapeTests {
  @Test func aLongChainIsDifferentiatedAndFreedWithoutOverflow() throws {
    let x = Tensor(1).tracked()
    var value = x
    for _ in 0..<200_000 { value = value + 1 }
    try #expect(#require(value.gradients(retainingGraph: true)[x]).scalar == 1)
  }

  @Test func aLongChainMayBeDroppedUnused() {
    var value = Tensor(1).tracked()
    for _ in 0..<200_000 { value = -value }
    #expect(value.scalar == 1)
  }
}
