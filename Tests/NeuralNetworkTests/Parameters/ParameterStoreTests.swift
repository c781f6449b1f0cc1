import Autograd
import NeuralNetwork
import Testing

@Suite struct ParameterStoreTests {
  @Test func namesFollowTheScopes() {
    let store = ParameterStore(seed: 0)
    _ = store.root["layer1"][0]["conv1"].parameter("weight", [2, 3], .zeros)
    _ = store.root["layer1"][0].buffer("running_mean", [4], repeating: 0)
    #expect(store.stateEntries().map(\.name) == ["layer1.0.conv1.weight", "layer1.0.running_mean"])
    #expect(store.parameters.map(\.value.shape) == [[2, 3]])
  }

  @Test func aNameCanBeTakenOnce() async {
    await #expect(processExitsWith: .failure) {
      let scope = ParameterStore(seed: 0).root
      _ = scope.parameter("weight", [1], .zeros)
      _ = scope.buffer("weight", [1], repeating: 0)
    }
  }
}
