import Configuration
import Testing

/// Every way to write a wrong configuration, with the whole message.
@Suite struct ConfigurationErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    var message: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "misspelt key", text: "seed: 1\noptimizer:\n  lerning_rate: 1e-3\n",
      message: #"Configs/a.yaml:3: optimizer.lerning_rate: unknown key; did you mean "learning_rate"?"#),
    Case(
      name: "key like no other", text: "schedule: {batch: 8}",
      message: "Configs/a.yaml:1: schedule.batch: unknown key; known keys: iterations, warm_up"),
    Case(
      name: "camel case", text: "useCRF: true",
      message: #"Configs/a.yaml:1: useCRF: unknown key; did you mean "use_crf"?"#),
    Case(
      name: "key of a component without options", text: "cam: {name: cam, stages: [layer3]}",
      message: "Configs/a.yaml:1: cam.stages: unknown key; known keys: name"),
    Case(
      name: "old option after a change of name", text: "cam:\n  name: layer-cam\n  scales: [1]\n",
      message: "Configs/a.yaml:3: cam.scales: unknown key; did you mean \"stages\"?"),
    Case(
      name: "word for a whole number", text: "schedule:\n  warm_up: 3\n  iterations: many\n",
      message: #"Configs/a.yaml:3: schedule.iterations: expected a whole number, found "many""#),
    Case(
      name: "fraction for a whole number", text: "schedule: {iterations: 1.5}",
      message: #"Configs/a.yaml:1: schedule.iterations: expected a whole number, found "1.5""#),
    Case(
      name: "number below its range", text: "seed: -1",
      message: "Configs/a.yaml:1: seed: "
        + #"expected a whole number from 0 to 18446744073709551615, found "-1""#),
    Case(
      name: "quoted number", text: #"schedule: {iterations: "20"}"#,
      message: "Configs/a.yaml:1: schedule.iterations: "
        + #"expected a whole number, found the quoted text "20""#),
    Case(
      name: "word for a number", text: "optimizer: {learning_rate: fast}",
      message: #"Configs/a.yaml:1: optimizer.learning_rate: expected a number, found "fast""#),
    Case(
      name: "not a number", text: "optimizer: {learning_rate: nan}",
      message: #"Configs/a.yaml:1: optimizer.learning_rate: expected a number, found "nan""#),
    Case(
      name: "number for a truth", text: "use_crf: 2",
      message: #"Configs/a.yaml:1: use_crf: expected true or false, found "2""#),
    Case(
      name: "nothing for text", text: "name: ~",
      message: "Configs/a.yaml:1: name: expected text, found nothing"),
    Case(
      name: "value for options", text: "\noptimizer: adam",
      message: #"Configs/a.yaml:2: optimizer: expected options written as "key: value", found "adam""#),
    Case(
      name: "list for options", text: "optimizer: [adam]",
      message: #"Configs/a.yaml:1: optimizer: expected options written as "key: value", found a list"#),
    Case(
      name: "value for a list", text: "scales: 1.0",
      message: #"Configs/a.yaml:1: scales: expected a list, as in [a, b], found "1.0""#),
    Case(
      name: "options for a value", text: "seed: {value: 3}",
      message: "Configs/a.yaml:1: seed: expected a single value, found options"),
    Case(
      name: "list for a value", text: "seed:\n- 3",
      message: "Configs/a.yaml:2: seed: expected a single value, found a list"),
    Case(
      name: "wrong element", text: "scales: [1, two]",
      message: #"Configs/a.yaml:1: scales[1]: expected a number, found "two""#),
    Case(
      name: "wrong value of a dictionary", text: "classes: {cat: first}",
      message: #"Configs/a.yaml:1: classes.cat: expected a whole number, found "first""#),
    Case(
      name: "wrong optional", text: "limit: few",
      message: #"Configs/a.yaml:1: limit: expected a whole number, found "few""#),
    Case(
      name: "misspelt component", text: "cam:\n  name: layercam\n",
      message: #"Configs/a.yaml:2: cam.name: unknown name "layercam"; did you mean "layer-cam"? "#
        + "Known names: cam, layer-cam"),
    Case(
      name: "component like no other", text: "cam: attention-rollout",
      message: #"Configs/a.yaml:1: cam: unknown name "attention-rollout"; known names: cam, layer-cam"#),
    Case(
      name: "list for a component", text: "cam: [cam]",
      message: "Configs/a.yaml:1: cam: expected a name, found a list"),
    Case(
      name: "element without name", text: "refiners:\n  - name: par\n  - iterations: 3\n",
      message: #"Configs/a.yaml:3: refiners[1]: the key "name" is missing; known names: dense-crf, par"#),
    Case(
      name: "wrong option of an element", text: "refiners:\n  - name: par\n    iteration: 3\n",
      message: #"Configs/a.yaml:3: refiners[0].iteration: unknown key; did you mean "iterations"?"#),
    Case(
      name: "misspelt key in a list of options", text: "groups: [{mach: head}]",
      message: #"Configs/a.yaml:1: groups[0].mach: unknown key; did you mean "match"?"#),
    Case(
      name: "misspelt case", text: "labels: ground_truth",
      message: #"Configs/a.yaml:1: labels: unknown name "ground_truth"; did you mean "ground-truth"? "#
        + "Known names: image, ground-truth, seeds"),
    Case(
      name: "broken rule", text: "schedule:\n  iterations: 20\n  warm_up: 30\n",
      message: "Configs/a.yaml:3: schedule.warm_up: must not exceed iterations (20), found 30"),
    Case(
      name: "broken rule through a default", text: "schedule:\n  iterations: 20\n",
      message: "Configs/a.yaml:2: schedule.warm_up: must not exceed iterations (20), found 75"),
    Case(
      name: "broken rule of a component", text: "cam: {name: layer-cam, stages: []}",
      message: "Configs/a.yaml:1: cam.stages: needs at least one name"),
    Case(
      name: "duplicate key", text: "seed: 1\noptimizer:\n  learning_rate: 1\n  learning_rate: 2\n",
      message: "Configs/a.yaml:3: learning_rate: the key occurs twice; keep one of the two"),
    Case(
      name: "not YAML", text: "seed: 1\nscales: [1, 2\n",
      message:
        "Configs/a.yaml:3: not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'"),
    Case(
      name: "two documents", text: "seed: 1\n---\nseed: 2\n",
      message:
        "Configs/a.yaml:2: not valid YAML: "
        + "expected a single document in the stream but found another document"
    ),
    Case(
      name: "list as a file", text: "- seed",
      message: #"Configs/a.yaml:1: expected options written as "key: value", found a list"#),
  ]

  @Test(arguments: cases) func messageNamesPlaceOptionAndRemedy(_ wrong: Case) throws {
    #expect(try Files.message(wrong.text) == wrong.message)
  }

  @Test func missingFile() throws {
    #expect(
      try Files.message([:])
        == "Configs/a.yaml: the file cannot be read: there is no such file; check the path")
  }

  @Test func folderAsFile() throws {
    #expect(
      try Files.message(["a.yaml/b": ""])
        == "Configs/a.yaml: the file cannot be read: it is a folder; check the path")
  }

  @Test func missingBase() throws {
    #expect(
      try Files.message(["a.yaml": "seed: 1\nbase: [c.yaml]"])
        == "Configs/a.yaml:2: base: Configs/c.yaml cannot be read: there is no such file; check the path")
  }

  @Test func baseThatIsNoList() throws {
    #expect(
      try Files.message("base: {file: c.yaml}")
        == "Configs/a.yaml:1: base: expected a list of files, as in [../_base/data.yaml], found options")
  }

  @Test func errorInABaseNamesTheBase() throws {
    #expect(
      try Files.message(["a.yaml": "base: [_base/b.yaml]", "_base/b.yaml": "sed: 1"])
        == #"Configs/_base/b.yaml:1: sed: unknown key; did you mean "seed"?"#)
  }

  @Test func basesInACircle() throws {
    #expect(
      try Files.message(["a.yaml": "base: [x/b.yaml]", "x/b.yaml": "\nbase: ../a.yaml"])
        == "Configs/x/b.yaml:2: base: the base files lead in a circle: "
        + "Configs/a.yaml → Configs/x/b.yaml → Configs/a.yaml")
  }

  @Test func basesTooDeep() throws {
    let files = [
      "a.yaml": "base: b.yaml", "b.yaml": "base: c.yaml", "c.yaml": "base: d.yaml", "d.yaml": "base: e.yaml",
      "e.yaml": "",
    ]
    #expect(
      try Files.message(files)
        == "Configs/d.yaml:1: base: base files are nested more than 3 levels deep; merge some of them")
  }

  @Test(arguments: [
    (
      "optimizer.lerning_rate=1",
      #"--set: optimizer.lerning_rate: unknown key; did you mean "learning_rate"?"#
    ),
    ("seed", #"--set: expected key=value, found "seed""#),
    ("=3", #"--set: expected key=value, found "=3""#),
    (
      "scales=[1",
      "--set: scales: not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'"
    ),
    ("schedule.iterations=many", #"--set: schedule.iterations: expected a whole number, found "many""#),
    ("seed.low=3", "--set: seed: expected a single value, found options"),
    ("name=", "--set: name: expected text, found nothing"),
  ]) func overrides(_ override: String, _ message: String) throws {
    #expect(try Files.message(["a.yaml": ""], [override]) == message)
  }
}
