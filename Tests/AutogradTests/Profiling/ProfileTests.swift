import Autograd
import Testing

@Suite struct ProfileTests {
  private let x = Tensor((0..<12).map { Float($0) }, shape: [3, 4])
  private let weight = Tensor((0..<8).map { Float($0) }, shape: [2, 4]).tracked()

  /// What a profile says without the seconds.
  private struct Facts: Equatable {
    let name: String
    let calls: Int
    let flop: Int
    let bytes: Int
  }

  private func facts(_ profile: Profile) -> [Facts] {
    profile.entries.map {
      Facts(name: "\($0.operation) \($0.direction)", calls: $0.calls, flop: $0.flop, bytes: $0.bytes)
    }
  }

  @Test func callsArithmeticAndTrafficOfASmallGraphAreNoted() throws {
    let profile = Profile()
    profile.record {
      let y = x.linear(weight).linear(Tensor.ones([5, 2]).tracked())
      _ = y.relu().reshaped(to: [15]).sum().gradients()
    }
    // linear: 3·2·4 and 3·5·2 multiply-adds; the first has one tracked operand, the second two. The sum's
    // gradient is stretched by an operation inside the pullback, which must not appear; nor must views.
    #expect(
      facts(profile) == [
        Facts(name: "linear forward", calls: 2, flop: 2 * (24 + 30), bytes: 4 * (12 + 8 + 6 + 6 + 10 + 15)),
        Facts(name: "relu forward", calls: 1, flop: 0, bytes: 4 * 30),
        Facts(name: "sum forward", calls: 1, flop: 0, bytes: 4 * 16),
        Facts(name: "sum backward", calls: 1, flop: 0, bytes: 4 * (1 + 15 + 15)),
        Facts(name: "relu backward", calls: 1, flop: 0, bytes: 4 * 45),
        Facts(
          name: "linear backward", calls: 2, flop: 2 * (24 + 60),
          bytes: 4 * (15 + 6 + 10 + 6 + 10) + 4 * (6 + 12 + 8 + 8)),
      ])
    #expect(profile.entries.allSatisfy { $0.seconds > 0 })
  }

  @Test func contributionsToOneTensorAreAddedUnderTheirOwnName() {
    let profile = Profile()
    profile.record { _ = (weight.relu() + weight.relu()).sum().gradients() }
    #expect(
      facts(profile).last { $0.name == "accumulate backward" }
        == Facts(name: "accumulate backward", calls: 1, flop: 0, bytes: 4 * 3 * 8))
  }

  @Test func convolutionsAndAttentionSayWhatTheyMultiply() {
    let profile = Profile()
    profile.record {
      _ = Tensor.zeros([2, 5, 5, 4]).tracked().conv2D(Tensor.zeros([3, 3, 2, 6]), groups: 2)
        .sum().gradients()
      _ = Tensor.zeros([2, 4, 4, 6]).conv2D(Tensor.zeros([2, 2, 1, 6]), groups: 6)
      _ = Tensor.zeros([2, 4, 4, 6]).conv2D(Tensor.zeros([1, 1, 6, 5]))
      _ = Tensor.zeros([2, 7, 3 * 8]).tracked().attention(heads: 2).sum().gradients()
      _ = Tensor.zeros([4, 3, 2]).tracked().matmul(Tensor.zeros([2, 5]).tracked()).sum().gradients()
    }
    let flop = Dictionary(uniqueKeysWithValues: facts(profile).map { ($0.name, $0.flop) })
    let convolution = 2 * (2 * 3 * 3 * 6) * (3 * 3 * 2)
    #expect(flop["conv2D forward"] == convolution)
    #expect(flop["conv2D backward"] == convolution)
    #expect(flop["conv2D depthwise forward"] == 2 * (2 * 3 * 3 * 6) * 4)
    #expect(flop["conv2D 1×1 forward"] == 2 * (2 * 4 * 4 * 5) * 6)
    let product = 2 * (2 * 2 * 7 * 7) * 4
    #expect(flop["attention forward"] == 2 * product)
    #expect(flop["attention backward"] == 5 * product)
    #expect(flop["matmul forward"] == 2 * 4 * 3 * 5 * 2)
    #expect(flop["matmul backward"] == 2 * 2 * 4 * 3 * 5 * 2)
  }

  @Test func untrackedOperationsAreNotedToo() {
    let profile = Profile()
    profile.record { _ = (x * x).relu() }
    #expect(profile.entries.map(\.operation) == ["multiply", "relu"])
  }

  @Test func nothingIsNotedOutsideTheScope() {
    let profile = Profile()
    let y = profile.record { weight.relu() }
    _ = y.sum().gradients()
    Profile.time("optimizer", .update, bytes: 8) {}
    #expect(profile.entries.map(\.operation) == ["relu"])
    #expect(Profile.current == nil)
  }

  @Test func whatIsTimedAsAWholeHidesItsOperations() {
    let profile = Profile()
    let result = profile.record { Profile.time("optimizer", .update, bytes: 8) { (x + 1).scalars[0] } }
    #expect(result == 1)
    #expect(facts(profile) == [Facts(name: "optimizer update", calls: 1, flop: 0, bytes: 8)])
  }

  @Test func theSecondsAddUpToTheTimeOfTheBody() throws {
    let profile = Profile()
    let a = Tensor.ones([256, 256]).tracked()
    let all = ContinuousClock().measure {
      profile.record { _ = a.matmul(a).relu().sum().gradients() }
    }
    let noted = profile.entries.reduce(0) { $0 + $1.seconds }
    #expect(noted > 0 && noted <= all / .seconds(1))
  }
}
