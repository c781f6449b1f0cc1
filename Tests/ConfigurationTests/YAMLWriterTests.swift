import Configuration
import Testing

@Suite struct YAMLWriterTests {
  @Test func valuesThatAreNoSectionsAreWritten() {
    #expect(ConfigurationLoader.yaml(of: [1.5, 2] as [Float]) == "[1.5, 2.0]\n")
    #expect(ConfigurationLoader.yaml(of: 0.25 as Float) == "0.25\n")
  }

  @Test func printsEveryOptionWithItsExplanation() {
    var run = Run()
    run.cam = Choice(LayerCAM())
    run.refiners = [Choice(PAR())]
    #expect(
      ConfigurationLoader.yaml(of: run, documented: true) == """
        name: baseline
        seed: 0                                 # where all random numbers come from
        labels: image                           # one of: image, ground-truth, seeds
        use_crf: false                          # whether masks are sharpened
        schedule:
          iterations: 1000
          warm_up: 75
        optimizer:                              # how the weights move
          learning_rate: 6e-05                  # of the backbone, after warm-up
          weight_decay: 0.01
        cam:
          name: layer-cam                       # one of: cam, layer-cam
          stages: [layer4]                      # the maps that are looked at
          temperature: 1.0
        refiners:                               # any of: par, dense-crf
          - name: par                           # one of: par, dense-crf
            iterations: 10
            dilations: [1, 2, 4]
        groups: []
        scales: [1.0, 0.5]
        classes: {}
        sample_ids: []
        weights: none
        limit: none
        polish: none

        """)
  }

  @Test func whatIsPrintedLoadsBack() throws {
    var run = Run()
    run.name = "true"
    run.seed = .max
    run.labels = .groundTruth
    run.useCRF = true
    run.cam = Choice(LayerCAM())
    run.refiners = [Choice(PAR()), Choice(DenseCRF())]
    run.groups = [Group(match: "head.", learningRateScale: 10), Group()]
    run.classes = ["potted plant": 15, "useCRF": 1, "a: b": -2, "7": 3]
    run.sampleIDs = [
      "2007_000032", "010", "~", "none", "", " padded ", "a: b", "a #b", "#", "- x", "it's", "say \"so\"",
      "two\nlines", "tab\t", "[x]", "a,b", "ü→", "\\", "%x", "?", "-", "@", "key:", "\u{1}", "6e-5", "=",
    ]
    run.scales = [0.1, .infinity, -3.4e38, 1e-38]
    run.weights = "none"
    run.limit = -5
    run.polish = Schedule(iterations: 2, warmUp: 1)
    for documented in [false, true] {
      let text = ConfigurationLoader.yaml(of: run, documented: documented)
      let loaded = try Files.load(text)
      #expect(loaded.sampleIDs == run.sampleIDs)
      #expect(loaded.classes == run.classes)
      #expect(loaded.scales == run.scales)
      #expect(loaded.weights == "none")
      #expect(ConfigurationLoader.yaml(of: loaded) == ConfigurationLoader.yaml(of: run))
    }
  }
}
