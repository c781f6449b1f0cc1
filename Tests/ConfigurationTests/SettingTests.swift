import Configuration
import Foundation
import Testing

/// Options that are said once: default, explanation and rule beside the property.
@Suite struct SettingTests {
  @Test func everyOptionIsPrintedWithItsText() {
    #expect(ConfigurationLoader.yaml(of: Training<MapMakers>(), documented: true) == Self.text)
  }

  @Test func whatIsReadBackIsPrintedTheSame() throws {
    var training = try Files.load(Training<MapMakers>.self, Self.text)
    #expect(ConfigurationLoader.yaml(of: training, documented: true) == Self.text)
    training.every = 3
    training.cam = Choice(LayerCAM())
    training.crop.sides[1] = 7
    training.stages = [Choice(Staged()), Choice(PlainCAM())]
    training.limit = 4
    training.pause = Pause(length: 2)
    let text = ConfigurationLoader.yaml(of: training, documented: true)
    #expect(text.contains("  - name: staged                        # one of: cam, layer-cam, staged\n"))
    #expect(text.contains("    rate: 0.5                           # of what is drawn\n"))
    let read = try Files.load(Training<MapMakers>.self, text)
    #expect(ConfigurationLoader.yaml(of: read, documented: true) == text)
    #expect(read.every == 3 && read.crop.sides == [32, 7] && read.limit == 4 && read.pause?.length == 2)
    #expect(read.stages.map(\.name) == ["staged", "cam"] && read.cam.name == "layer-cam")
  }

  @Test func optionsAreListedWithTheirExplanations() {
    let options = ConfigurationLoader.options(of: Crop.self)
    #expect(options.map(\.key) == ["sides", "share", "mirrored"])
    #expect(options.map(\.explanation) == ["height and width, in pixels", "of images", nil])
  }

  @Test(arguments: [
    ("\nevery: 0", "Configs/a.yaml:2: every: is 0; use 1 to 100"),
    ("every: often", #"Configs/a.yaml:1: every: expected a whole number, found "often""#),
    ("momentum: 1", "Configs/a.yaml:1: momentum: is 1.0; use a number from 0 to below 1"),
    ("rate: 1e1", "Configs/a.yaml:1: rate: is 10.0; use a number from 0 to 1"),
    ("folder: ''", "Configs/a.yaml:1: folder: is ; name a folder"),
    (
      "labels: ground_truth",
      "Configs/a.yaml:1: labels: "
        + #"unknown name "ground_truth"; did you mean "ground-truth"? "#
        + "Known names: image, ground-truth, seeds"
    ),
    ("scales:\n- 1\n- 0\n", "Configs/a.yaml:2: scales: is [1.0, 0.0]; list at least one positive scale"),
    (
      "crop:\n  mirrored: true\n  sides: [0, 8]\n",
      "Configs/a.yaml:3: crop.sides: is [0, 8]; use numbers from 1 to 4096"
    ),
    ("crop: {side: 8}", #"Configs/a.yaml:1: crop.side: unknown key; did you mean "sides"?"#),
    ("cam: {name: staged, rate: 2}", "Configs/a.yaml:1: cam.rate: is 2.0; use a number from 0 to 1"),
    (
      "stages: [cam, {name: staged, rate: 2}]",
      "Configs/a.yaml:1: stages[1].rate: is 2.0; use a number from 0 to 1"
    ),
    (
      "stages: [{name: staged, crops: [{}, {share: 3}]}]",
      "Configs/a.yaml:1: stages[0].crops[1].share: is 3.0; use a number from 0 to 1"
    ),
    (
      "stages: [{name: staged, crops: [none, {share: 3}]}]",
      "Configs/a.yaml:1: stages[0].crops[1].share: is 3.0; use a number from 0 to 1"
    ),
    ("limit: 0", "Configs/a.yaml:1: limit: is 0; use 1 to 100"),
    ("pause: {length: 0}", "Configs/a.yaml:1: pause.length: is 0; use 1 to 100"),
    ("weights: {cat: -1}", "Configs/a.yaml:1: weights: is [\"cat\": -1]; use weights of 0 or more"),
  ]) func aBrokenRuleNamesPlaceOptionAndRemedy(_ text: String, _ message: String) throws {
    #expect(try Files.message(Training<MapMakers>.self, text) == message)
  }

  @Test func anOverrideIsCheckedToo() throws {
    let text = "stages: [{name: staged}]"
    #expect(
      try Files.message(Training<MapMakers>.self, text, ["stages.0.rate=3"])
        == "--set: stages[0].rate: is 3.0; use a number from 0 to 1")
    let files = ["b.yaml": "limit: 3\nstages: [{name: staged}]", "a.yaml": "base: b.yaml"]
    let read = try Files.with(files) {
      try ConfigurationLoader.load(Training<MapMakers>.self, file: $0("a.yaml"), overrides: ["limit=none"])
    }
    #expect(read.limit == nil && read.stages.count == 1)
  }

  @Test func valuesMadeInSwiftAreCheckedWhenTheyAreRead() {
    var training = Training<MapMakers>()
    training.crop.share = 2
    #expect { try ConfigurationLoader.load(default: training) } throws: {
      "\($0)" == "crop.share: is 2.0; use a number from 0 to 1"
    }
  }

  @Test func rulesAreCheckedBeforeHowValuesGoTogether() throws {
    #expect(
      try Files.message(Span.self, "last: -1")
        == "Configs/a.yaml:1: last: is -1; use 0 to 100")
    #expect(
      try Files.message(Span.self, "first: 9")
        == "Configs/a.yaml:1: last: is 5, which is below first (9)")
  }

  @Test func aSettingOfATypeThatIsNoSectionIsReported() throws {
    #expect(
      try Files.message(Loose.self, "elements: [{size: 2}]")
        == "Configs/a.yaml:1: elements[0].size: is a setting of a type that is no Section; "
        + "make the type a Section")
  }

  @Test func aSettingIsAValue() throws {
    #expect(Span(first: 1, last: 2) == Span(first: 1, last: 2))
    #expect(Span(first: 1) != Span(first: 2))
    #expect(MemoryLayout<Setting<Int>>.size == MemoryLayout<Int>.size + MemoryLayout<AnyObject>.size)
    let data = try JSONEncoder().encode(Span(first: 3))
    #expect(try JSONDecoder().decode(Span.self, from: data) == Span(first: 3))
  }

  private static let text = """
    every: 50                               # steps between two measurements
    momentum: 0.9                           # of the mean
    rate: 0.5                               # of what is drawn
    folder: runs                            # where it is written
    mirror: false                           # whether mirror images are used
    labels: image                           # what is learned; one of: image, ground-truth, seeds
    scales: [1.0, 0.5]                      # of the image's side
    crop:                                   # the window
      sides: [32, 32]                       # height and width, in pixels
      share: 0.5                            # of images
      mirrored: false
    cam:                                    # where the maps come from
      name: cam                             # one of: cam, layer-cam, staged
    stages: []                              # what is run; any of: cam, layer-cam, staged
    limit: none                             # images at most
    pause: none                             # between two steps
    weights: {}                             # of the classes

    """
}

private enum MapMakers: Family {
  static let members: [any Component.Type] = [PlainCAM.self, LayerCAM.self, Staged.self]
}

private struct Training<Available: Family>: Section {
  @Setting("steps between two measurements", 1...100) var every = 50
  @Setting("of the mean", 0..<1) var momentum = 0.9
  @Setting("of what is drawn", 0...1) var rate: Float = 0.5
  @Setting("where it is written", .where("name a folder") { !$0.isEmpty }) var folder = "runs"
  @Setting("whether mirror images are used") var mirror = false
  @Setting("what is learned") var labels = Run.Labels.image
  @Setting("of the image's side", .each(.above(0, upTo: 16), remedy: "list at least one positive scale"))
  var scales: [Float] = [1, 0.5]
  @Setting("the window") var crop = Crop()
  @Setting("where the maps come from") var cam = Choice<Available>(erased: Available.members[0].init())
  @Setting("what is run") var stages: [Choice<Available>] = []
  @Setting("images at most", 1...100) var limit: Int? = nil
  @Setting("between two steps") var pause: Pause? = nil
  @Setting("of the classes", .where("use weights of 0 or more") { $0.values.allSatisfy { $0 >= 0 } })
  var weights: [String: Int] = [:]
}

private struct Crop: Section {
  @Setting("height and width, in pixels", .each(.within(1...4096))) var sides = [32, 32]
  @Setting("of images", 0...1) var share = 0.5
  var mirrored = false
}

private struct Pause: Section {
  @Setting("in seconds", 1...100) var length = 1
}

private struct Staged: Component {
  static let name = "staged"
  @Setting("of what is drawn", 0...1) var rate = 0.5
  var crops: [Crop?] = []
}

private struct Span: Section, Validatable, Equatable {
  @Setting("the first step", 0...100) var first = 0
  @Setting("the last step", 0...100) var last = 5

  func validate() throws(ConfigurationError) {
    if last < first { throw .invalid("last", "is \(last), which is below first (\(first))") }
  }
}

private struct Loose: Section {
  struct Element: Codable, Sendable {
    @Setting("in pixels", 1...100) var size = 1
  }

  var elements: [Element] = []
}
