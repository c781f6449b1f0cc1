import Configuration
import Testing

@Suite struct ConfigurationLoaderTests {
  @Test func emptyFileChangesNothing() throws {
    #expect(try Files.load("") == Run())
    #expect(try Files.load("# only words\n") == Run())
    #expect(try Files.load("optimizer:\ncam:\n") == Run())
  }

  @Test func scalarsBecomeWhatTheirOptionAsksFor() throws {
    let run = try Files.load(
      """
      name: yes
      sample_ids: [2007_000032, 010, 6e-5, no, "~", null-and-void]
      schedule: {iterations: 0_100, warm_up: 010}
      use_crf: yes
      optimizer: {learning_rate: 6e-5, weight_decay: .5}
      """)
    #expect(run.name == "yes")
    #expect(run.sampleIDs == ["2007_000032", "010", "6e-5", "no", "~", "null-and-void"])
    #expect(run.schedule.iterations == 100 && run.schedule.warmUp == 10)
    #expect(run.useCRF)
    #expect(run.optimizer.learningRate == 6e-5 && run.optimizer.weightDecay == 0.5)
  }

  @Test func optionalsCanBeSetAndUnset() throws {
    let run = try Files.load("weights: model.safetensors\nlimit: 3\npolish: {iterations: 90}")
    #expect(run.weights == "model.safetensors" && run.limit == 3)
    #expect(run.polish?.iterations == 90 && run.polish?.warmUp == 75)
    let bare = try Files.load(
      "weights: none\nlimit: ~\npolish: {iterations: 90}", ["polish=none", #"weights="none""#])
    #expect(bare.weights == "none" && bare.limit == nil && bare.polish == nil)
  }

  @Test func laterFilesAndOverridesWin() throws {
    let files = [
      "voc/a.yaml": "base: [../_base/one.yaml, ../_base/two.yaml]\nname: a\n",
      "_base/one.yaml": "name: one\nseed: 1\nlimit: 1\nschedule: {iterations: 500}\n",
      "_base/two.yaml": "name: two\nseed: 2\n",
    ]
    let run: Run = try Files.with(files) {
      try ConfigurationLoader.load(file: $0("voc/a.yaml"), overrides: ["limit=7", "schedule.warm_up=1"])
    }
    #expect(run.name == "a" && run.seed == 2 && run.limit == 7)
    #expect(run.schedule.iterations == 500 && run.schedule.warmUp == 1)
  }

  @Test func overridesTakeListsAndOptions() throws {
    let run = try Files.load(
      "", ["scales=[1, 2]", "classes={cat: 1}", "classes.dog=2", "refiners=[par, {name: dense-crf}]"])
    #expect(run.scales == [1, 2] && run.classes == ["cat": 1, "dog": 2])
    #expect(run.refiners.map(\.name) == ["par", "dense-crf"])
  }

  @Test func overrideOfADottedKeyMayHoldAnEqualsSign() throws {
    #expect(try Files.load("", ["name=a=b"]).name == "a=b")
  }

  @Test func anotherNameDropsTheOldOptions() throws {
    let files = [
      "a.yaml": "base: b.yaml\ncam: {name: layer-cam, temperature: 2}",
      "b.yaml": "cam: {name: layer-cam, stages: [layer3]}",
      "c.yaml": "base: b.yaml\ncam: cam", "d.yaml": "base: c.yaml\ncam: layer-cam",
    ]
    try Files.with(files) { path in
      let kept = try #require(
        try ConfigurationLoader.load(Run.self, file: path("a.yaml")).cam.component as? LayerCAM)
      #expect(kept.stages == ["layer3"] && kept.temperature == 2)
      #expect(try ConfigurationLoader.load(Run.self, file: path("c.yaml")).cam.name == "cam")
      let fresh = try #require(
        try ConfigurationLoader.load(Run.self, file: path("d.yaml")).cam.component as? LayerCAM)
      #expect(fresh.stages == ["layer4"] && fresh.temperature == 1)
    }
  }

  @Test func optionsOfTheSameNameAreKept() throws {
    let run = try Files.load(
      "cam: {name: layer-cam, stages: [layer3]}", ["cam.temperature=2", "cam.name=layer-cam"])
    let cam = try #require(run.cam.component as? LayerCAM)
    #expect(cam.stages == ["layer3"] && cam.temperature == 2)
  }

  @Test func elementsOfAListStartFromTheirDefaults() throws {
    let run = try Files.load("groups:\n  - match: head\n    learning_rate_scale: 10\n  - {match: norm}\n")
    #expect(run.groups.map(\.match) == ["head", "norm"])
    #expect(run.groups.map(\.learningRateScale) == [10, 1])
  }

  @Test func casesHaveTheirNames() throws {
    #expect(try Files.load("labels: ground-truth").labels == .groundTruth)
  }
}
