import Foundation
import Testing

/// `predict` and `evaluate` with runs, images and folders that they cannot use.
@Suite struct BadResultTests {
  private static let predict = ["--run", "Checkpoints/small/1", "--output", "out", "--images"]

  static let predictions = [
    BadInput(
      "no run", "predict", predict + ["data/images"],
      says: """
        Checkpoints/small/1: is not a run folder (it has no config.yaml); \
        name a folder like Checkpoints/<config>/<n>
        """),
    BadInput(
      "run without a segmenter", "predict", predict + ["data/images"], run: true,
      says:
        "Checkpoints/small/1: has no trained segmenter; go on with the run until its stage segment is done"
    ) { try $0.remove("Checkpoints/small/1/segment/best.safetensors") },
    BadInput(
      "run without its record", "predict", predict + ["data/images"], run: true,
      says: """
        Checkpoints/small/1/run.json: is missing, though the run wrote it; put it back, or start a new run
        """
    ) { try $0.remove("Checkpoints/small/1/run.json") },
    BadInput(
      "record that is a pipe", "predict", predict + ["data/images"], run: true,
      says: """
        Checkpoints/small/1/run.json: cannot be read (it is no regular file, or not permitted); check the \
        path and its permissions
        """
    ) {
      try $0.remove("Checkpoints/small/1/run.json")
      #expect(mkfifo($0.path("Checkpoints/small/1/run.json"), 0o600) == 0)
    },
    BadInput(
      "output without a name", "predict",
      ["--run", "Checkpoints/small/1", "--images", "data/images", "--output", ""], run: true,
      says: """
        The value '' is invalid for '--output <output>': it is empty; name a file or a folder. See 'predict \
        --help'.
        """),
    BadInput(
      "missing image", "predict", predict + ["e.png"], run: true,
      says: "e.png: no such file or folder; name image files or a folder that holds some"),
    BadInput(
      "folder without images", "predict", predict + ["Checkpoints"], run: true,
      says: """
        Checkpoints: it holds no .jpg, .jpeg or .png file; name image files or a folder that holds some
        """),
    BadInput(
      "images of one name", "predict", predict + ["data/images/a.png", "data/masks/a.png"], run: true,
      says: """
        data/images/a.png and data/masks/a.png: both would be written to a.png; predict them into two folders
        """),
    BadInput(
      "output below a file", "predict",
      ["--run", "Checkpoints/small/1", "--images", "data/images", "--output", "small.yaml/out"], run: true,
      says: "small.yaml/out/overlays: cannot be written (Not a directory); check free space and permissions"),
    BadInput(
      "full disk", "predict", predict + ["data/images/a.png"], run: true,
      says:
        """
        out/a.png: cannot be written (no space left on device); check the folder, its permissions and the \
        free space
        """
    ) {
      try $0.write(#"{"pictures": ["a"]}"#, "out/predictions.json")
      try FileManager.default.createSymbolicLink(
        atPath: $0.path("out/a.png"), withDestinationPath: "/dev/full")
    },
    BadInput(
      "segmenter of another model", "predict", predict + ["data/images"], run: true,
      says: """
        Checkpoints/small/1/segment/best.safetensors: is a checkpoint of another model \
        (missing 3: head.conv6.weight, head.conv7.weight, head.conv8.weight; \
        unused 2: head.classifier.bias, head.classifier.weight); use the configuration it was made with
        """
    ) {
      try $0.rewrite("config.yaml", "name: linear\n    dropout: 0.0", "name: large-fov")
    },
    BadInput(
      "segmenter of other classes", "predict", predict + ["data/images"], run: true,
      says: """
        Checkpoints/small/1/segment/best.safetensors: was trained on other classes (it has 2 classes, but \
        the list has 1); use those classes, in their order
        """
    ) { try $0.rewrite("classes.txt", "dog\n", "") },
  ]

  static let evaluations = [
    BadInput(
      "nothing named", "evaluate", [],
      says: "Name --predictions, --ground-truth and --classes, or --run. See 'evaluate --help'."),
    BadInput(
      "missing run", "evaluate", ["--run", "Checkpoints/small/7"],
      says: """
        Checkpoints/small/7: is not a run folder (it has no config.yaml); \
        name a folder like Checkpoints/<config>/<n>
        """),
    BadInput(
      "run without a segmenter", "evaluate", ["--run", "Checkpoints/small/1"], run: true,
      says:
        "Checkpoints/small/1: has no trained segmenter; go on with the run until its stage segment is done"
    ) { try $0.remove("Checkpoints/small/1/segment") },
    BadInput(
      "configuration of another model", "evaluate",
      ["--run", "Checkpoints/small/1", "--config", "small.yaml", "--set", "segment.head=large-fov"],
      run: true,
      says: """
        Checkpoints/small/1/segment/best.safetensors: is a checkpoint of another model \
        (missing 3: head.conv6.weight, head.conv7.weight, head.conv8.weight; \
        unused 2: head.classifier.bias, head.classifier.weight); use the configuration it was made with
        """),
    BadInput(
      "data set that is gone", "evaluate", ["--run", "Checkpoints/small/1"], run: true,
      says: "data/val.txt: there is no such list; set val to a list file"
    ) { try $0.remove("data/val.txt") },
    BadInput(
      "mask that became too small", "evaluate", ["--run", "Checkpoints/small/1"], run: true,
      says: "d: the mask is 3 × 3 pixels and the image 24 × 20; both must have one size"
    ) { try $0.writeMask("data/masks/d.png", width: 3, height: 3) },
    BadInput(
      "folders without a common name", "evaluate",
      ["--predictions", "data/images", "--ground-truth", "data/other", "--classes", "3"],
      says: """
        data/images/z.png: there is no such prediction, but there is a ground truth; \
        predict it, or list the ids to score with --ids
        """
    ) {
      try $0.makeFolder("data/other")
      try $0.writeMask("data/other/z.png")
    },
    BadInput(
      "data set without masks", "evaluate", ["--run", "Checkpoints/small/1", "--set", "data.masks=none"],
      run: true,
      says: "c: a mask is needed here, but the data set has none; set masks to their folder"),
  ]

  @Test(arguments: predictions) func prediction(input: BadInput) throws { try input.check() }

  @Test(arguments: evaluations) func evaluation(input: BadInput) throws { try input.check() }
}
