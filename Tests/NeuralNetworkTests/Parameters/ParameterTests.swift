import Autograd
import NeuralNetwork
import Testing

@Suite struct ParameterTests {
  @Test func followsAnotherOne() {
    let root = ParameterStore(seed: 0).root
    let (follower, leader) = (root.parameter("a", [2], .zeros), root.parameter("b", [2], .zeros))
    leader.assign(Tensor([4, 8], shape: [2]))
    follower.move(towards: leader, keeping: 0.75)
    #expect(follower.value.scalars == [1, 2])
    follower.move(towards: leader, keeping: 0.75)
    #expect(follower.value.scalars == [1.75, 3.5])
    #expect(leader.value.scalars == [4, 8])
  }
}
