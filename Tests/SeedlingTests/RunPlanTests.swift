import Configuration
import Methods
import Models
import Seedling
import Testing
import Training

@Suite struct RunPlanTests {
  /// The stages of all plans here.
  private static let baseline = ["classify", "seeds", "refine", "masks", "segment", "evaluate"]

  private func contrast(_ change: (inout RunConfiguration) -> Void = { _ in }) -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.model.backbone = Choice(ViTTiny())
    configuration.method = Choice(TokenContrast())
    change(&configuration)
    return configuration
  }

  private func expansion(_ change: (inout ExpansionShrinkage) -> Void = { _ in }) -> RunConfiguration {
    var method = ExpansionShrinkage()
    change(&method)
    var configuration = RunConfiguration()
    configuration.behind = [Choice(method)]
    return configuration
  }

  private func needed(_ configuration: RunConfiguration) throws -> [String] {
    try configuration.plan().needed.map(\.name)
  }

  /// The stages whose fingerprints differ.
  private func changed(_ one: RunConfiguration, _ other: RunConfiguration) throws -> [String] {
    let plans = (try one.plan(), try other.plan())
    return plans.0.names.filter { plans.0.fingerprint(of: $0) != plans.1.fingerprint(of: $0) }
  }

  private func changed(by change: (inout RunConfiguration) -> Void) throws -> [String] {
    var after = RunConfiguration()
    change(&after)
    return try changed(RunConfiguration(), after)
  }

  @Test func theSeedChangesEverything() throws {
    #expect(try changed { $0.seed = 1 } == Self.baseline)
    #expect(try changed(expansion(), expansion { $0.expand.clip = 0.3 }).first == "expand")
    let stages = try contrast().plan().names
    #expect(try changed(contrast(), contrast { $0.seed = 1 }) == stages)
    #expect(stages == ["contrast"] + Self.baseline.dropFirst())
  }

  @Test func refinementLeavesClassifierAndSeedsValid() throws {
    #expect(try changed { $0.refine = [] } == ["refine", "masks", "segment", "evaluate"])
    #expect(try changed { $0.seeds.temperature = 0.1 }.contains("refine"))
    #expect(try changed { $0.refineStrengths = [2] } == ["refine", "masks", "segment", "evaluate"])
  }

  /// Strengths are compared by the classifier.
  @Test func aChoiceOfStrengthsReadsTheClassifier() throws {
    var configuration = RunConfiguration()
    #expect(try configuration.plan().inputs(of: "refine") == ["seeds"])
    configuration.refineStrengths = [0.5, 1]
    #expect(try configuration.plan().inputs(of: "refine") == ["classify", "seeds"])
  }

  @Test func evaluationChangesOnlyItself() throws {
    #expect(try changed { $0.evaluate.flip = false } == ["evaluate"])
  }

  @Test func trueMasksNeedNoSeeds() throws {
    var configuration = RunConfiguration()
    configuration.segment.labels = .groundTruth
    configuration.segment.start = .weights
    #expect(try needed(configuration) == ["segment", "evaluate"])
  }

  @Test func pseudoMasksNeedTheWholeChain() throws {
    #expect(try needed(RunConfiguration()) == Self.baseline)
    #expect(try needed(contrast()) == ["contrast"] + Self.baseline.dropFirst())
  }

  @Test func aDecoderThatIsTrainedAlongSparesTheSegmenter() throws {
    let configuration = contrast { $0.segment.labels = .online }
    #expect(try needed(configuration) == ["contrast", "seeds", "refine", "masks", "evaluate"])
    let evaluate = try #require(try configuration.plan().stages.last)
    #expect(evaluate.name == "evaluate" && evaluate.inputs == ["contrast"])
  }

  @Test func theDecoderBelongsToTheContrast() throws {
    let online = contrast { $0.segment.labels = .online }
    var other = online
    other.segment.head = Choice(LinearHead())
    #expect(
      try changed(online, other) == ["contrast", "seeds", "refine", "masks", "segment", "evaluate"])
  }

  @Test func shrunkSeedsNeedExpansionAndShrinkage() throws {
    var configuration = expansion()
    let rest = Self.baseline.dropFirst()
    #expect(try needed(configuration) == ["classify", "expand", "shrink"] + rest)
    configuration.seeds.maps = "shrunk"
    #expect(try needed(configuration) == ["classify", "expand", "shrink"] + rest)
    configuration.seeds.maps = "expanded"
    #expect(try needed(configuration) == ["classify", "expand"] + rest)
    configuration.seeds.maps = "final"
    #expect(try needed(configuration) == ["classify"] + rest)
  }

  @Test func expansionLeavesTheClassifierValid() throws {
    #expect(
      try changed(expansion(), expansion { $0.expand.clip = 0.3 }) == ["expand", "shrink"]
        + Self.baseline.dropFirst())
    #expect(
      try changed(expansion(), expansion { $0.shrink.area = 0.3 }) == ["shrink"] + Self.baseline.dropFirst())
    // The recorded figures are those of the maps that the options of seeds describe.
    var other = expansion()
    other.seeds.baseSize = 320
    #expect(try changed(expansion(), other).prefix(3) == ["expand", "shrink", "seeds"])
  }

  @Test func behindExpansionTheMethodsOwnMapsArePlain() throws {
    let sources = try #require(try expansion().plan().trained).maps
    #expect(sources.map(\.caption) == ["CAM", "expanded", "shrunk"])
    #expect(sources.map { $0.explainer != nil } == [true, false, false])
    #expect(try #require(try contrast().plan().trained).maps.map(\.name) == ["auxiliary", "final"])
    #expect(try #require(try contrast().plan().trained).candidates.map(\.name) == ["final"])
  }

  /// Maps may depend on options that no stage has.
  @Test func whatDecidesTheMapsOfASourceDecidesTheSeeds() throws {
    func plan(_ option: String) throws -> RunPlan {
      try RunPlan(RunConfiguration(), Wrapped(option: option), behind: [])
    }
    let plans = (try plan("a"), try plan("b"))
    let changed = plans.0.names.filter { plans.0.fingerprint(of: $0) != plans.1.fingerprint(of: $0) }
    #expect(changed == ["seeds", "refine", "masks", "segment", "evaluate"])
  }

  @Test func mapsThatTheRunChoosesComeOfEveryNetwork() throws {
    let chosen = contrast { $0.seeds.maps = "auto" }
    let candidates = try #require(try chosen.plan().trained).candidates.map(\.name)
    #expect(candidates == ["auxiliary", "final"])
    let named = contrast { $0.seeds.maps = "auxiliary" }
    #expect(try #require(try named.plan().trained).candidates.map(\.name) == ["auxiliary"])
    for other in [named, contrast()] {
      #expect(try changed(chosen, other) == ["seeds", "refine", "masks", "segment", "evaluate"])
    }
    var behind = expansion()
    behind.seeds.maps = "auto"
    #expect(try behind.plan().inputs(of: "seeds") == ["classify", "expand", "shrink"])
    #expect(try needed(behind) == ["classify", "expand", "shrink"] + Self.baseline.dropFirst())
    #expect(try expansion().plan().inputs(of: "seeds") == ["shrink"])
  }

  @Test func everyClassifiedMapIsANetwork() throws {
    func plan(_ stages: [String], maps: String = "auto") throws -> RunPlan {
      var configuration = RunConfiguration()
      configuration.model.backbone = Choice(ViTTiny())
      var method = ClassActivationMapping()
      method.stages = stages
      configuration.method = Choice(method)
      configuration.seeds.maps = maps
      try configuration.validate()
      return try configuration.plan()
    }
    func names(_ stages: [String]) throws -> [String] {
      try #require(try plan(stages).trained).candidates.map(\.name)
    }
    #expect(try names([]) == ["final"] && names(["final"]) == ["final"])
    #expect(try names(["block8", "block9", "final"]) == ["block8", "block9", "final"])
    #expect(try names(["block8", "block9"]) == ["block8", "block9"])
    let several = try #require(try plan(["block8", "block9"]).trained).candidates
    #expect(several.map(\.lastMap) == ["block8", "block9"])
    func refused(_ stages: [String], _ option: String, _ reason: String) {
      #expect(throws: ConfigurationError.invalid(option, reason)) { try plan(stages) }
    }
    refused(
      ["final", "block8"], "method.stages",
      "is final, block8; name each map once, from the input on: block8, final")
    refused(
      ["block8", "block8"], "method.stages",
      "is block8, block8; name each map once, from the input on: block8")
  }

  @Test func aNetworkThatIsNotTrainedIsRefused() {
    let problem = ConfigurationError.invalid(
      "seeds.maps", "is middle, which this method does not train; use auxiliary, final, auto")
    let configuration = contrast { $0.seeds.maps = "middle" }
    #expect(throws: problem) { try configuration.plan() }
  }

  /// A run may end in something that has neither maps nor a segmenter.
  @Test func aMethodWithoutMapsSaysWhatItsRunsEndWith() throws {
    let plan = try RunPlan(RunConfiguration(), Grouping(), behind: [])
    #expect(plan.trained == nil && plan.ending.segmenter == nil)
    #expect(plan.needed.map(\.name) == ["embed", "group"])
    var asks = RunConfiguration()
    asks.seeds.maps = "final"
    let maps = ConfigurationError.invalid(
      "seeds.maps", "is final, which this method does not train; leave it empty")
    #expect(throws: maps) { try RunPlan(asks, Grouping(), behind: []) }
    let behind = ConfigurationError.invalid(
      "behind[0]",
      "is expansion-shrinkage, which goes on with a classifier, but the method trains none; leave it out")
    #expect(throws: behind) { try RunPlan(RunConfiguration(), Grouping(), behind: [ExpansionShrinkage()]) }
  }

  @Test func listsAreReadInTheOrderOfTheJob() throws {
    let plan = try RunConfiguration().plan()
    #expect(try plan.selected("segment, classify").map(\.name) == ["classify", "segment"])
    #expect(try plan.selected("").map(\.name) == plan.names)
    #expect(throws: RunError.unknownStage(name: "seed", known: plan.names)) { try plan.selected("seed") }
  }
}

/// The baseline with an option that only its maps know.
private struct Wrapped: Method {
  static let name = "wrapped"
  @Setting("what its maps depend on") var option = ""

  init() {}
  init(option: String) { self.option = option }

  func stages(_ job: any JobOptions) -> [any Stage] { ClassActivationMapping().stages(job) }

  func maps(_ job: any JobOptions) -> [MapSource] {
    ClassActivationMapping().maps(job).map { source in
      var source = source
      source.options = [option]
      return source
    }
  }
}

/// A method whose runs end in groups of images.
private struct Grouping: Method {
  static let name = "grouping"

  func stages(_ job: any JobOptions) -> [any Stage] { [Part(name: "embed"), Part(name: "look")] }
  func maps(_ job: any JobOptions) -> [MapSource] { [] }

  func ending(_ job: any JobOptions, _ trained: TrainedNetworks?) -> RunEnding {
    RunEnding(stages: [Part(name: "group", inputs: ["embed"])], goals: ["group"])
  }
}

/// A stage that has nothing to do.
private struct Part: Stage {
  var name: String
  var inputs: [String] = []
  var options: [any Encodable] { [] }

  func run(_ context: RunContext) throws {}
}
