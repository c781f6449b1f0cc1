import Autograd
import Configuration
import Imaging
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct RandomWalkTests {
  /// Walks do not look at the photograph.
  private let blank = Image(width: 1, height: 1, color: .black)

  private var walk: RandomWalk {
    var walk = RandomWalk()
    (walk.radius, walk.power, walk.steps, walk.backgroundThreshold) = (0, 3, 5, 0.55)
    return walk
  }

  /// Five products with 24 terms between two resizings, and a division by the range of the walked maps,
  /// which is a fraction of their values.
  @Test func matchesTheFormula() throws {
    let golden = try Golden("walks")
    let refined = try walk.refine(golden["scores"], image: blank, evidence: golden["features"])
    try expectClose(refined, golden["random-walk"], tolerance: tolerance(terms: 5 * 24, scale: 16))
  }

  /// IRN divides by the largest value of all classes, and its background is 0.25.
  @Test func mayKeepTheProportionsOfTheClasses() throws {
    let golden = try Golden("walks")
    var walk = walk
    (walk.scale, walk.backgroundThreshold) = (.max, 0.25)
    let refined = try walk.refine(golden["scores"], image: blank, evidence: golden["features"])
    try expectClose(refined, golden["random-walk-max"], tolerance: tolerance(terms: 5 * 24, scale: 2))
  }

  /// 256 sparse products against the 256th power of the dense matrix in double precision, on 20 × 20 places.
  /// Rounding adds up over the products, and the division by the range of a flat map enlarges it.
  @Test func walksAmongNeighborsLikeThePowerOfTheDenseMatrix() throws {
    let golden = try Golden("walks")
    var walk = walk
    (walk.radius, walk.power, walk.steps) = (5, 10, 256)
    let refined = try walk.refine(golden["scores"], image: blank, evidence: golden["field"])
    try expectClose(refined, golden["neighbor-walk"], tolerance: 1e-4)
  }

  @Test func placesThatAreUnlikeKeepTheirMaps() {
    let features = Tensor([1, 0, 0, 1], shape: [1, 2, 2])
    let scores = Tensor([0.5, 0.5, 0.8, 0.2], shape: [1, 2, 2])
    var walk = RandomWalk()
    walk.backgroundThreshold = 0.5
    let refined = walk.refine(scores, image: blank, evidence: features).scalars
    #expect(refined[1] > refined[0])
    #expect(refined[3] < 0.01)
  }

  @Test func anImageWithoutClassesStaysBackground() {
    let scores = Tensor.ones([3, 4, 1])
    let refined = walk.refine(scores, image: blank, evidence: Tensor.ones([2, 2, 5]))
    #expect(refined.scalars == scores.scalars)
  }

  @Test func readsTheStageThatItNames() throws {
    var walk = RandomWalk()
    walk.stage = "block3"
    let backbone = ViTTiny().build(in: ParameterStore(seed: 0).root)
    let images = Sample.tensor("images", [1, 32, 48, 3])
    try walk.validate(for: ViTTiny())
    #expect(walk.evidence(images, of: SmallNetwork.plain(backbone))?.shape == [2, 3, 192])
    walk.stage = "layer4"
    let blocks = (0..<12).map { "block\($0), " }.joined()
    let error = ConfigurationError.invalid(
      "stage", "is layer4; use one of the backbone's: \(blocks)final")
    #expect(throws: error) { try walk.validate(for: ViTTiny()) }
  }

  @Test func impossibleOptionsAreNamed() throws {
    try RandomWalk().check()
    func expect(_ option: String, _ rule: String, _ change: (inout RandomWalk) -> Void) {
      var walk = RandomWalk()
      change(&walk)
      let options = walk
      #expect(throws: ConfigurationError.invalid(option, rule)) { try options.check() }
    }
    expect("power", "is 0.0; use a number above 0 and up to 1000") { $0.power = 0 }
    expect("radius", "is 1; use 0, or 2 to 8192") { $0.radius = 1 }
    expect("steps", "is -1; use 0 to 10000") { $0.steps = -1 }
    expect("background_threshold", "is 2.0; use a number from 0 to 1, or seeds") {
      $0.backgroundThreshold = 2
    }
    expect("base_size", "is 0; use 1 to 8192") { $0.baseSize = 0 }
  }

  @Test func strengthMakesMoreMovesAmongLessAlikePlaces() throws {
    let walk = try #require(RandomWalk().atStrength(2) as? RandomWalk)
    #expect(walk.steps == 512 && walk.power == 5)
  }

  @Test func theSeedsNumberTakesTheWordsPlace() {
    var (walk, other) = (RandomWalk(), AttentionWalk())
    (walk.backgroundThreshold, other.backgroundThreshold) = (.word(.seeds), .word(.seeds))
    #expect(walk.with(BackgroundChoice(0.6, refinement: 0.3)).backgroundThreshold == 0.6)
    #expect(other.with(BackgroundChoice(0.7)).backgroundThreshold == 0.7)
    #expect(RandomWalk().with(BackgroundChoice(0.6)).backgroundThreshold == 0.5)
  }
}
