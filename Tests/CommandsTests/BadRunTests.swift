import Files
import Foundation
import TestSupport
import Testing

/// Runs that cannot be started, or not be continued with what lies there.
@Suite struct BadRunTests {
  static let folders = [
    BadInput(
      "run folder below a file", ["--checkpoints", "small.yaml/runs"],
      says: "small.yaml/runs/small: cannot be written (Not a directory); check free space and permissions"),
    BadInput(
      "run folder that no process can make", ["--checkpoints", "/proc/seedling"],
      says:
        """
        /proc/seedling/small: cannot be written (No such file or directory); \
        check free space and permissions
        """
    ),
    BadInput(
      "run folder without a name", ["--checkpoints", ""],
      says: """
        The value '' is invalid for '--checkpoints <checkpoints>': it is empty; name a file or a folder. See \
        'train --help'.
        """),
    BadInput(
      "resume without the record", ["--resume"], run: true,
      says: """
        Checkpoints/small/1/run.json: is missing, though the run wrote it; put it back, or start a new run
        """
    ) { try $0.remove("Checkpoints/small/1/run.json") },
    BadInput(
      "resume without a run", ["--resume"],
      says: "Checkpoints/small: holds no run to resume; start one without --resume"),
    BadInput(
      "folder that is no run", ["--run", "data"],
      says: """
        data: is not a run folder (it has no config.yaml); name a folder like Checkpoints/<config>/<n>
        """),
    BadInput(
      "run to take over that is none", ["--from", "data"],
      says: """
        data: is not a run folder (it has no config.yaml); name a folder like Checkpoints/<config>/<n>
        """),
    BadInput(
      "stage without its input", ["--stages", "seeds"],
      says: "--stages: stage seeds needs the output of stage classify; run that stage first"),
    BadInput(
      "run of another model to take over",
      ["--from", "Checkpoints/small/1", "--set", "model.backbone=resnet18", "--stages", "seeds"], run: true,
      says: "--stages: stage seeds needs the output of stage classify; run that stage first"),
    BadInput(
      "resume with other options", ["--resume", "--set", "seed=1"], run: true,
      says: """
        Checkpoints/small/1: stage classify was started with other options (seed: 1 here, 0 in the run); \
        resume with the options in its config.yaml, or start a new run with --from Checkpoints/small/1
        """),
    BadInput(
      "stage record that is not JSON", ["--resume"], run: true,
      says: """
        Checkpoints/small/1/seeds/stage.json: is damaged; remove Checkpoints/small/1/seeds to run the stage \
        again
        """
    ) { try $0.write("{\n", "Checkpoints/small/1/seeds/stage.json") },
  ]

  static let weights = [
    BadInput(
      "missing weights", ["--weights", "no.safetensors"],
      says: """
        no.safetensors: there is no such file of pretrained weights; set model.weights or --weights to where \
        it is, or make it with Checkpoints/convert.py
        """),
    BadInput(
      "weights of zero bytes", ["--weights", "empty.safetensors"],
      says: "empty.safetensors: is an empty file (0 bytes); copy it again"
    ) { try $0.write("", "empty.safetensors") },
    BadInput(
      "truncated weights", ["--weights", "Checkpoints/small/1/classify/best.safetensors"], run: true,
      says: """
        Checkpoints/small/1/classify/best.safetensors: truncated: \
        the header promises 2894080 bytes but the file has 2893980; copy it again
        """
    ) { try $0.truncate("Checkpoints/small/1/classify/best.safetensors", by: 100) },
    BadInput(
      "weights of another model",
      ["--weights", "Checkpoints/small/1/classify/best.safetensors", "--set", "model.backbone=mobilenetv2"],
      run: true,
      says: """
        Checkpoints/small/1/classify/best.safetensors: does not fit the model: \
        missing 260: backbone.features.0.0.weight, backbone.features.0.1.weight, \
        backbone.features.0.1.bias, backbone.features.1.conv.0.0.weight, \
        backbone.features.1.conv.0.1.weight, backbone.features.1.conv.0.1.bias, …; \
        unused 50: backbone.features.0.bias, backbone.features.0.weight, \
        backbone.features.10.expand1x1.bias, backbone.features.10.expand1x1.weight, \
        backbone.features.10.expand3x3.bias, backbone.features.10.expand3x3.weight, …; \
        choose the model that the weights were made for
        """),
  ]

  static let checkpoints = [
    BadInput(
      "truncated checkpoint", ["--resume"], run: true,
      says: """
        Checkpoints/small/1/segment/last.safetensors: truncated: \
        the header promises 8688628 bytes but the file has 8688528; copy it again
        """
    ) {
      try $0.truncate("Checkpoints/small/1/segment/last.safetensors", by: 100)
      try $0.restart("segment")
    },
    BadInput(
      "checkpoint without a step", ["--resume"], run: true,
      says: """
        Checkpoints/small/1/segment/last.safetensors: is a checkpoint of another model (it names no step); \
        use the configuration it was made with
        """
    ) { place in
      try place.bytes("Checkpoints/small/1/seeds/a.safetensors").write(
        to: URL(fileURLWithPath: place.path("Checkpoints/small/1/segment/last.safetensors")))
      try place.restart("segment")
    },
    BadInput(
      "checkpoint without optimizer state", ["--resume"], run: true,
      says: """
        Checkpoints/small/1/segment/last.safetensors: holds weights but no optimizer state; \
        put the stage's own last.safetensors back, or remove the file to train the stage again
        """
    ) { place in
      try place.bytes("Checkpoints/small/1/segment/best.safetensors").write(
        to: URL(fileURLWithPath: place.path("Checkpoints/small/1/segment/last.safetensors")))
      try place.restart("segment")
    },
    BadInput(
      "checkpoint of another model", ["--resume"], run: true,
      says: """
        Checkpoints/small/1/segment/last.safetensors: is a checkpoint of another model \
        (missing 2: head.classifier.weight, head.classifier.bias; unused 1: classifier.weight); \
        use the configuration it was made with
        """
    ) { place in
      try place.bytes("Checkpoints/small/1/classify/last.safetensors").write(
        to: URL(fileURLWithPath: place.path("Checkpoints/small/1/segment/last.safetensors")))
      try place.restart("segment")
    },
    BadInput(
      "missing seeds", ["--resume"], run: true,
      says:
        """
        Checkpoints/small/1/seeds/a.safetensors: is missing or cannot be read; \
        remove Checkpoints/small/1/seeds to run the stage again
        """
    ) {
      try $0.remove("Checkpoints/small/1/seeds/a.safetensors")
      try $0.remove("Checkpoints/small/1/refine/labels/a.png")
      try $0.restart("refine")
    },
    BadInput(
      "pseudo-mask of another size", ["--resume"], run: true,
      says: """
        Checkpoints/small/1/masks/a.png: is damaged (its checksum differs); \
        remove Checkpoints/small/1/masks to run the stage again
        """
    ) {
      try $0.writeMask("Checkpoints/small/1/masks/a.png", width: 20, height: 24)
      try $0.remove("Checkpoints/small/1/segment")
    },
  ]

  @Test(arguments: folders) func folder(input: BadInput) throws { try input.check() }

  @Test(arguments: weights) func initialWeights(input: BadInput) throws { try input.check() }

  @Test(arguments: checkpoints) func checkpoint(input: BadInput) throws { try input.check() }

  /// What a power cut has left of the figures is made again from the records of the stages.
  @Test func damagedMetricsAreMadeAgain() throws {
    let place = try Workplace.withRun()
    let before = try place.bytes("Checkpoints/small/1/metrics.json")
    try place.write("", "Checkpoints/small/1/metrics.json")
    let result = try place.run("train", ["--config", "small.yaml", "--resume"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(try place.bytes("Checkpoints/small/1/metrics.json") == before)
  }

  /// A learning rate beyond all bounds: the second step's loss is not a number.
  @Test func lossThatIsNoNumber() throws {
    try BadInput(
      "loss", ["--set", "method.optimizer.learning_rate=1000"],
      says: """
        step 2: classification is not finite for the images b, a; lower the learning rate or set clip_norm
        """
    ).check()
  }
}

extension Workplace {
  /// Marks a stage of the run as begun but not finished.
  fileprivate func restart(_ stage: String) throws {
    let name = "Checkpoints/small/1/\(stage)/stage.json"
    var record = try #require(CheckedJSON.object(in: String(decoding: bytes(name), as: UTF8.self)))
    record["state"] = "started"
    try write(CheckedJSON.text(of: record), name)
  }
}
