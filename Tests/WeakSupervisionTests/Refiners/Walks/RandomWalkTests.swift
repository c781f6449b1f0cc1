import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct RandomWalkTests {
  private var walk: RandomWalk {
    var walk = RandomWalk()
    (walk.radius, walk.power, walk.steps, walk.backgroundThreshold) = (0, 3, 5, 0.55)
    return walk
  }

  /// Five products with 24 terms between two resizings, and a division by the range of the walked maps,
  /// which is a fraction of their values.
  @Test func matchesTheFormula() throws {
    let golden = try Golden("walks")
    let refined = try walk.refine(golden["scores"], evidence: golden["features"])
    try expectClose(refined, golden["random-walk"], tolerance: tolerance(terms: 5 * 24, scale: 16))
  }

  /// 256 sparse products against the 256th power of the dense matrix in double precision, on 20 × 20 places.
  /// Rounding adds up over the products, and the division by the range of a flat map enlarges it.
  @Test func walksAmongNeighborsLikeThePowerOfTheDenseMatrix() throws {
    let golden = try Golden("walks")
    var walk = walk
    (walk.radius, walk.power, walk.steps) = (5, 10, 256)
    let refined = try walk.refine(golden["scores"], evidence: golden["field"])
    try expectClose(refined, golden["neighbor-walk"], tolerance: 1e-4)
  }

  @Test func placesThatAreUnlikeKeepTheirMaps() {
    let features = Tensor([1, 0, 0, 1], shape: [1, 2, 2])
    let scores = Tensor([0.5, 0.5, 0.8, 0.2], shape: [1, 2, 2])
    var walk = RandomWalk()
    walk.backgroundThreshold = 0.5
    let refined = walk.refine(scores, evidence: features).scalars
    #expect(refined[1] > refined[0])
    #expect(refined[3] < 0.01)
  }

  @Test func anImageWithoutClassesStaysBackground() {
    let scores = Tensor.ones([3, 4, 1])
    let refined = walk.refine(scores, evidence: Tensor.ones([2, 2, 5]))
    #expect(refined.scalars == scores.scalars)
  }

  @Test func readsTheStageThatItNames() {
    var walk = RandomWalk()
    walk.stage = "block3"
    let backbone = ViTTiny().build(in: ParameterStore(seed: 0).root)
    let images = Sample.tensor("images", [1, 32, 48, 3])
    #expect(walk.problem(for: backbone) == nil)
    #expect(walk.evidence(images, backbone).shape == [2, 3, 192])
    walk.stage = "layer4"
    #expect(walk.problem(for: backbone)?.hasPrefix("stage is layer4; the backbone has block0, ") == true)
  }

  @Test func impossibleOptionsAreNamed() {
    var walk = RandomWalk()
    #expect(walk.problem == nil)
    walk.power = 0
    #expect(walk.problem == "power is 0.0; use a number above 0")
    walk = RandomWalk()
    walk.radius = 1
    #expect(walk.problem == "radius is 1; use 0, or 2 or more")
    walk = RandomWalk()
    walk.steps = -1
    #expect(walk.problem == "steps is -1; use 0 or more")
    walk = RandomWalk()
    walk.backgroundThreshold = 2
    #expect(walk.problem == "background_threshold is 2.0; use a number from 0 to 1")
    walk = RandomWalk()
    walk.baseSize = 0
    #expect(walk.problem == "base_size is 0; use a number of pixels")
  }
}
