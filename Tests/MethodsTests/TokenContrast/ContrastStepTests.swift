import Autograd
import Configuration
import Datasets
import Models
import NeuralNetwork
import TestSupport
import Testing
import Training

@testable import Methods

@Suite struct ContrastStepTests {
  private let pass = Pass.training(seed: 3, step: 0)

  private func terms(
    step: Int = 0, _ change: (inout TokenContrast) -> Void = { _ in }
  ) throws -> [LossTerm] {
    let fixture = ContrastFixture(change)
    return fixture.step(fixture.network()).losses(try fixture.batch(), pass, step: step)
  }

  @Test func everyPartIsFiniteAndHasItsFactor() throws {
    let terms = try terms()
    #expect(terms.map(\.name) == ContrastPart.allCases.map(\.rawValue))
    #expect(terms.map(\.factor) == [1, 1, 0.2, 0.5, 0.1, 0.05])
    #expect(terms.allSatisfy { $0.value.scalar.isFinite })
    for term in terms { #expect((term.value.scalar > 0) == (term.name != "energy"), "\(term.name)") }
  }

  @Test func partsWithoutFactorAreLeftOut() throws {
    let terms = try terms {
      $0.loss.patchTokens = 0
      $0.loss.energy = 0
    }
    #expect(terms.map(\.name) == ["classification", "auxiliary", "classTokens", "segmentation"])
  }

  /// What each part trains, and that the teacher is not trained.
  @Test func everyPartReachesItsParameters() throws {
    let fixture = ContrastFixture()
    let network = fixture.network()
    let terms = fixture.step(network).losses(try fixture.batch(), pass, step: 0)
    let owners = [
      "classification": "classifier.", "auxiliary": "auxiliary.", "classTokens": "projection.",
      "segmentation": "head.", "energy": "head.",
    ]
    for term in terms {
      let gradients = term.value.gradients(retainingGraph: true)
      let trained = network.store.parameters.filter { gradients[$0] != nil }
      let heads = Set(
        trained.map(\.name).filter { !$0.hasPrefix("backbone.") }.map { $0.prefix { $0 != "." } })
      #expect(heads == Set(owners[term.name].map { [$0.dropLast()] } ?? []), "\(term.name)")
      #expect(trained.contains { $0.name == "backbone.blocks.0.attn.qkv.weight" }, "\(term.name)")
      #expect(trained.contains { $0.name.hasPrefix("backbone.blocks.11") } == (term.name != "auxiliary"))
    }
  }

  @Test func theSameStepGivesTheSameLosses() throws {
    let (first, again) = (try terms(), try terms())
    #expect(first.map(\.value.scalar) == again.map(\.value.scalar))
  }

  @Test func refinementIsASwitch() throws {
    func values(_ terms: [LossTerm]) -> [String: Float] {
      Dictionary(uniqueKeysWithValues: terms.map { ($0.name, $0.value.scalar) })
    }
    let (refined, plain) = (values(try terms()), values(try terms { $0.refine = [] }))
    #expect(refined["segmentation"] != plain["segmentation"])
    #expect(refined["classTokens"] == plain["classTokens"])
  }

  @Test func boxesAreConvertedToTheTokenGrid() {
    let box = Box(left: 17, top: 32, right: 447, bottom: 448)
    func tokens(_ compatibility: TokenContrast.Compatibility) -> Box {
      let fixture = ContrastFixture { $0.compatibility = compatibility }
      return fixture.step(fixture.network()).tokenBox(box, extent: 448, cells: 28)
    }
    #expect(tokens(.fixed) == Box(left: 2, top: 2, right: 27, bottom: 28))
    // The published code cuts the grid of 28 cells with a box in pixels: here nothing is left.
    #expect(tokens(.original) == Box(left: 17, top: 28, right: 28, bottom: 28))
  }

  /// Thresholds that no map reaches leave no pixel of any class.
  @Test func anEmptySetOfPixelsCountsNothingUnlessAsInTheOriginal() throws {
    func segmentation(_ compatibility: TokenContrast.Compatibility) throws -> Float {
      try #require(
        try terms {
          $0.compatibility = compatibility
          $0.lowThreshold = 1
          $0.highThreshold = 1
        }.first { $0.name == "segmentation" }
      ).value.scalar
    }
    #expect(try segmentation(.fixed).isFinite)
    #expect(try segmentation(.original).isNaN)
  }

  @Test func timesAreKeptByPart() throws {
    let fixture = ContrastFixture()
    let times = PartTimes()
    let step = ContrastStep(fixture.network(), fixture.method, seed: 3, times: times)
    _ = step.losses(try fixture.batch(), pass, step: 0)
    times.finishStep()
    #expect(Set(times.perStep.map(\.name)) == ["forward", "camForwards", "labels", "crops", "lattice"])
    #expect(times.perStep.allSatisfy { $0.seconds > 0 } && times.steps == 1)
  }
}
