import Foundation
import Testing

/// Configurations that no run can be made of.
@Suite struct BadConfigurationTests {
  static let files = [
    BadInput(
      "misspelt key",
      says: """
        small.yaml:6: method.schedule.iteratons: unknown key; did you mean "iterations"?
        """
    ) { try $0.edit("small.yaml", "iterations", "iteratons") },
    BadInput(
      "wrong type", says: #"small.yaml:6: method.schedule.iterations: expected a whole number, found "few""#
    ) { try $0.edit("small.yaml", "iterations: 3", "iterations: few") },
    BadInput(
      "impossible value", says: "small.yaml:6: method.schedule.batch: is 0; use 1 to 4096"
    ) { try $0.edit("small.yaml", "batch: 2", "batch: 0") },
    BadInput(
      "unknown component",
      says: """
        small.yaml:3: model.backbone.name: unknown name "squeezenet"; did you mean "squeezenet1_1"? \
        Known names: efficientnet-lite0, efficientnet-lite2, mobilenetv2, resnet101, resnet18, resnet34, \
        resnet50, squeezenet1_1, vit-base, vit-small, vit-tiny
        """
    ) { try $0.edit("small.yaml", "squeezenet1_1", "squeezenet") },
    BadInput(
      "not YAML", says: "small.yaml:2: not valid YAML: mapping values are not allowed in this context"
    ) { try $0.edit("small.yaml", "model:", "model: backbone:") },
    BadInput(
      "missing configuration",
      says: "small.yaml: the file cannot be read: there is no such file; check the path"
    ) { try $0.remove("small.yaml") },
    BadInput("pipe", says: "small.yaml: the file cannot be read: it is a pipe; check the path") {
      try $0.remove("small.yaml")
      #expect(mkfifo($0.path("small.yaml"), 0o600) == 0)
    },
    BadInput(
      "base that is a pipe",
      says: "small.yaml:1: base: base.yaml cannot be read: it is a pipe; check the path"
    ) {
      #expect(mkfifo($0.path("base.yaml"), 0o600) == 0)
      try $0.edit("small.yaml", "data:", "base: [base.yaml]\ndata:")
    },
    BadInput(
      "missing base",
      says: "small.yaml:1: base: base.yaml cannot be read: there is no such file; check the path"
    ) { try $0.edit("small.yaml", "data:", "base: [base.yaml]\ndata:") },
    BadInput(
      "output stride", says: "small.yaml:3: model.backbone.output_stride: is 5; use 8, 16 or 32"
    ) { try $0.edit("small.yaml", "squeezenet1_1", "resnet18, output_stride: 5") },
    BadInput(
      "crop that patches cannot fill",
      says:
        "small.yaml:5: method.augmentation.crop: is 40, which for vit-tiny is not a multiple of 16; use 48"
    ) {
      try $0.edit("small.yaml", "squeezenet1_1", "vit-tiny")
      try $0.edit("small.yaml", "crop: 32", "crop: 40")
    },
    BadInput(
      "window too small", says: "small.yaml:13: evaluate.window: is 63; use 0 for none, or 64 to 16384"
    ) { try $0.edit("small.yaml", "refine: []", "window: 63") },
    BadInput(
      "scales in the wrong order",
      says: """
        small.yaml:5: method.augmentation.scale: is [2.0, 1.0]; \
        write [smallest, largest], both above 0 and up to 16384
        """
    ) { try $0.edit("small.yaml", "scale: [1, 1]", "scale: [2, 1]") },
    BadInput(
      "rates of a head", says: "small.yaml:10: segment.head.rates: is empty; list at least one dilation"
    ) { try $0.edit("small.yaml", "{name: linear}", "{name: aspp, rates: []}") },
    BadInput(
      "stage of a head",
      says: """
        small.yaml:10: segment.head.low_level_stage: is layer1; use one of the backbone's: features.4, \
        features.7, features.12
        """
    ) { try $0.edit("small.yaml", "{name: linear}", "{name: deeplabv3plus, low_level_stage: layer1}") },
    BadInput(
      "stage of an explainer",
      says: """
        small.yaml:8: seeds.explainer.stage: is layer4; use one of the backbone's: features.4, features.7, \
        features.12
        """
    ) { try $0.edit("small.yaml", "seeds: {", "seeds: {explainer: {name: layer-cam, stage: layer4}, ") },
    BadInput(
      "learning rate",
      says: "small.yaml:7: method.optimizer.learning_rate: is -1.0; use a number above 0 and up to 1000"
    ) { try $0.edit("small.yaml", "1e-4", "-1") },
    BadInput(
      "token contrast without a class token", ["--set", "method=token-contrast"],
      says: """
        small.yaml:3: model.backbone: is squeezenet1_1, which has no class token; \
        use vit-tiny, vit-small or vit-base
        """),
    BadInput(
      "small crops that patches cannot fill",
      [
        "--set", "method=token-contrast", "--set", "model.backbone=vit-tiny", "--set",
        "method.crops.side=50",
      ],
      says: "--set: method.crops.side: is 50, which for vit-tiny is not a multiple of 16; use 48"),
    BadInput(
      "auxiliary classifier before the first block",
      [
        "--set", "method=token-contrast", "--set", "model.backbone=vit-tiny", "--set",
        "method.auxiliary_distance=12",
      ],
      says: "--set: method.auxiliary_distance: is 12, but there are 12 blocks; use at most 11"),
    BadInput(
      "crops larger than the window",
      ["--set", "method=token-contrast", "--set", "method.augmentation.crop=64"],
      says: "--set: method.crops.side: is 96, which the window of 64 pixels cannot hold; use at most 64"),
    BadInput(
      "thresholds the wrong way round",
      ["--set", "method=token-contrast", "--set", "method.high_threshold=0.1"],
      says: "--set: method.high_threshold: is 0.1; use a number from low_threshold to 1"),
    BadInput(
      "threshold that is learnt beside a number",
      ["--set", "method=token-contrast", "--set", "method.high_threshold=otsu"],
      says:
        "--set: method.high_threshold: is otsu with low_threshold 0.25; use otsu for both, or numbers for "
        + "both"),
    BadInput(
      "band that nothing makes", ["--set", "masks.labeling={name: refined, ignore_band: true}"],
      says: "--set: masks.labeling: is refined with the seeds' band, which nothing makes; list rules in "
        + "seeds.band, or set seeds.background to evidence"),
    BadInput(
      "decoder that nothing trains", ["--set", "segment.labels=online"],
      says: "--set: segment.labels: is online, but method cam trains no decoder along; use pseudo, seeds or "
        + "ground-truth"),
    BadInput(
      "maps that are not there", ["--set", "seeds.maps=auxiliary"],
      says: "--set: seeds.maps: is auxiliary, which this method does not train; use final"),
    BadInput(
      "expansion behind a classifier of maxima",
      ["--set", "behind=[expansion-shrinkage]", "--set", "method.pooling=maximum"],
      says: "--set: behind[0]: is expansion-shrinkage, which goes on with a classifier that averages over "
        + "positions; set method.pooling to average"),
    BadInput(
      "views without sense", ["--set", "method=token-contrast", "--set", "method.views.blur=[1]"],
      says: "--set: method.views.blur: is [1.0]; list three probabilities from 0 to 1"),
    BadInput(
      "correction that is never measured", ["--set", "segment.correction.every=0"],
      says: "--set: segment.correction.every: is 0; use 1 to 10000000"),
    BadInput(
      "correction that loses more than all", ["--set", "segment.correction.slope_loss=1.5"],
      says: "--set: segment.correction.slope_loss: is 1.5; use a number from 0 to 1"),
    BadInput(
      "correction without confidence", ["--set", "segment.correction.confidence=-0.1"],
      says: "--set: segment.correction.confidence: is -0.1; use a number from 0 to 1"),
    BadInput(
      "correction at no scale", ["--set", "segment.correction.scales=[]"],
      says: "--set: segment.correction.scales: is []; use numbers above 0 and up to 16"),
    BadInput(
      "no strength of refinement", ["--set", "refine_strengths=[]"],
      says: "--set: refine_strengths: is []; use numbers from 0 to 16"),
    BadInput(
      "strength below nothing", ["--set", "refine_strengths=[1, -1]"],
      says: "--set: refine_strengths: is [1.0, -1.0]; use numbers from 0 to 16"),
    BadInput(
      "a strength twice", ["--set", "refine_strengths=[1, 1.0]"],
      says: "--set: refine_strengths: is [1.0, 1.0]; use each strength once"),
    BadInput(
      "reference size of no photograph", ["--set", "refine=[{name: par, reference_size: 3}]"],
      says: "--set: refine[0].reference_size: is 3; use 0, or 16 to 8192"),
    BadInput(
      "options of a refiner", ["--set", "refine=[{name: dense-crf, sigma_xy: 0}]"],
      says: "--set: refine[0].sigma_xy: is 0.0; use a number from 0.1 to 10000"),
    BadInput(
      "options of a refiner inside a method",
      ["--set", "method={name: token-contrast, refine: [{name: dense-crf, sigma_xy: 0}]}"],
      says: "--set: method.refine[0].sigma_xy: is 0.0; use a number from 0.1 to 10000"),
    BadInput(
      "options of a refiner inside a labelling",
      ["--set", "masks.labeling={name: confident, crf: {sigma_xy: 0}}"],
      says: "--set: masks.labeling.crf.sigma_xy: is 0.0; use a number from 0.1 to 10000"),
    BadInput(
      "refiner that asks a classifier where there is none", ["--set", "evaluate.refine=[random-walk]"],
      says: "--set: evaluate.refine[0]: is random-walk, which asks the classifier; use refiners of the "
        + "photograph here, and this one in refine"),
    BadInput(
      "walk along attention that is not there", ["--set", "refine=[attention-walk]"],
      says: "--set: refine[0]: is attention-walk, but squeezenet1_1 has no attention; use random-walk"),
    BadInput(
      "section that moved", ["--set", "classify.schedule.iterations=3"],
      says: "--set: classify: is now options of method: {name: cam, …}"),
    BadInput(
      "key that moved", ["--set", "seeds.classifier=auxiliary"],
      says: "--set: seeds.classifier: is now seeds.maps"),
    BadInput(
      "number that became a choice", ["--set", "seeds.background_threshold=0.3"],
      says: "--set: seeds.background_threshold: is now seeds.background: {name: fixed, threshold: …}"),
    BadInput(
      "walk behind a softmax", ["--set", "seeds.temperature=0.1", "--set", "refine=[random-walk]"],
      says: "--set: seeds.temperature: is 0.1, but random-walk of refine[0] walks with shares; use 0 there"),
    BadInput(
      "element that is not there", ["--set", "behind.0.expand.clip=0.3"],
      says: "--set: behind[0]: no such element; the list is empty"),
  ]

  static let commandLines = [
    BadInput("setting without =", ["--set", "seed"], says: #"--set: expected key=value, found "seed""#),
    BadInput(
      "misspelt setting", ["--set", "metod.pooling=maximum"],
      says: #"--set: metod: unknown key; did you mean "method"?"#),
    BadInput(
      "unknown case", ["--set", "segment.labels=truth"],
      says: """
        --set: segment.labels: unknown name "truth"; known names: pseudo, seeds, ground-truth, online
        """),
    BadInput(
      "unknown stage", ["--stages", "classify,seed"],
      says: """
        --stages: there is no stage "seed"; the stages are classify, seeds, refine, masks, segment, \
        evaluate
        """),
    BadInput(
      "unknown option", ["--sets", "seed=1"],
      says: "Unknown option '--sets'. Did you mean '--set'? See 'train --help'."),
    BadInput(
      "no configuration", "train", [],
      says: "Missing expected argument '--config <config>'. See 'train --help'."),
  ]

  static let benchmarks = [
    BadInput(
      "unknown model", "benchmark", ["train-step", "--model", "resnet"],
      says: """
        --model resnet: unknown model; choose one of resnet18, resnet34, resnet50, resnet101, mobilenetv2, \
        efficientnet-lite0, efficientnet-lite2, squeezenet1_1, vit-tiny, vit-small, vit-base. \
        See 'benchmark --help'.
        """),
    BadInput(
      "size that patches cannot fill", "benchmark", ["inference", "--model", "vit-tiny", "--size", "100"],
      says: """
        --size 100: vit-tiny cannot take images of this size; the nearest that it can is 96. \
        See 'benchmark --help'.
        """),
    BadInput(
      "no step", "benchmark", ["train-step", "--model", "resnet18", "--steps", "0"],
      says: "--steps must be at least 1, not 0. See 'benchmark --help'."),
    BadInput(
      "unknown operation", "benchmark", ["op", "convolve"],
      says: """
        there is no operation convolve; there are conv-stem, conv-3x3, conv-3x3-wide, conv-1x1, \
        conv-depthwise, conv-deformable, linear, matmul, attention, batch-norm, relu, max-pool, resize, \
        layer-norm. See 'benchmark --help'.
        """),
  ]

  @Test(arguments: files) func file(input: BadInput) throws { try input.check() }

  @Test(arguments: commandLines) func commandLine(input: BadInput) throws { try input.check() }

  @Test(arguments: benchmarks) func benchmark(input: BadInput) throws { try input.check() }
}
