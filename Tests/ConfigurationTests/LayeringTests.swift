import Configuration
import Testing

/// What is laid over a default: keys that moved, and single elements of lists.
@Suite struct LayeringTests {
  @Test(arguments: [
    ("seed: 1\nclassify: {epochs: 3}", "Configs/a.yaml:2: classify: is now method; see --print-config"),
    ("method:\n  name: staged\n  rate: 1\n", "Configs/a.yaml:3: method.rate: is now method.learning_rate"),
    ("behind: [{name: staged, rate: 1}]", "Configs/a.yaml:1: behind[0].rate: is now method.learning_rate"),
    ("behind: {0: {rate: 1}}", "Configs/a.yaml:1: behind[0].rate: is now method.learning_rate"),
    ("crop: {side: 3}", "Configs/a.yaml:1: crop.side: is now crop.size, a list of height and width"),
    ("crop: {rate: 3}", "Configs/a.yaml:1: crop.rate: unknown key; known keys: size"),
  ]) func aKeyThatMovedNamesItsNewPlace(_ text: String, _ message: String) throws {
    #expect(try Files.message(Moving.self, text) == message)
  }

  @Test func anOverrideOfAKeyThatMovedNamesItsNewPlace() throws {
    #expect(
      try Files.message(Moving.self, "", ["classify.epochs=3"])
        == "--set: classify: is now method; see --print-config")
  }

  @Test func oneElementOfAListIsChangedInPlace() throws {
    let text = "refiners: [{name: par, iterations: 3}, dense-crf]\ngroups: [{match: head}, {match: norm}]"
    let run = try Files.load(
      text,
      [
        "refiners.0.dilations=[8]", "refiners.1.name=par", "groups.1.learning_rate_scale=10", "scales.1=0.25",
      ])
    let refiners = run.refiners.compactMap { $0.component as? PAR }
    #expect(refiners.map(\.iterations) == [3, 10] && refiners.map(\.dilations) == [[8], [1, 2, 4]])
    #expect(run.groups.map(\.match) == ["head", "norm"])
    #expect(run.groups.map(\.learningRateScale) == [1, 10])
    #expect(run.scales == [1, 0.25])
  }

  @Test func aFileChangesElementsOfItsBase() throws {
    let files = ["b.yaml": "refiners: [par, par]", "a.yaml": "base: b.yaml\nrefiners: {1: {iterations: 3}}"]
    let run: Run = try Files.with(files) { try ConfigurationLoader.load(file: $0("a.yaml")) }
    #expect(run.refiners.compactMap { ($0.component as? PAR)?.iterations } == [10, 3])
  }

  @Test(arguments: [
    ("refiners: {0: par}", "Configs/a.yaml:1: refiners[0]: no such element; the list is empty"),
    ("scales:\n  0: 1\n  2: 1", "Configs/a.yaml:3: scales[2]: no such element; there are 2, use 0 to 1"),
    ("scales: {-1: 1}", "Configs/a.yaml:1: scales[-1]: no such element; there are 2, use 0 to 1"),
    ("scales: {0: half}", #"Configs/a.yaml:1: scales[0]: expected a number, found "half""#),
    ("scales: {first: 1}", "Configs/a.yaml:1: scales: expected a list, as in [a, b], found options"),
    ("scales: {0: 1, first: 1}", "Configs/a.yaml:1: scales: expected a list, as in [a, b], found options"),
    ("scales: {}", "Configs/a.yaml:1: scales: expected a list, as in [a, b], found options"),
  ]) func aWrongChangeOfAListIsRefused(_ text: String, _ message: String) throws {
    #expect(try Files.message(text) == message)
  }

  @Test func anOverrideOfAnElementThatIsNotThereIsRefused() throws {
    #expect(
      try Files.message(["a.yaml": "groups: [{match: norm}]"], ["groups.1.match=head"])
        == "--set: groups[1]: no such element; there is 1, use 0")
  }
}

private enum Methods: Family {
  static let members: [any Component.Type] = [Staged.self]
}

private struct Staged: Component {
  static let name = "staged"
  static let moved = ["rate": "method.learning_rate"]
  var learningRate = 1.0
}

private struct Crop: Section {
  static let moved = ["side": "crop.size, a list of height and width"]
  var size = [32, 32]
}

private struct Moving: Section {
  static let moved = ["classify": "method; see --print-config"]
  var seed = 0
  var crop = Crop()
  var method = Choice<Methods>(Staged())
  var behind = [Choice<Methods>(Staged())]
}
