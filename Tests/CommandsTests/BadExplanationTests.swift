import Configuration
import Foundation
import Imaging
import TestSupport
import Testing
import Training

/// `explain` with requests, runs, pictures and folders that it cannot use.
@Suite struct BadExplanationTests {
  private static let run = ["--run", "Checkpoints/small/1", "--images", "data/images/a.png"]
  private static let cam = run + ["--output", "out", "--methods", "cam"]

  private static func published(_ model: String) -> [String] {
    [
      "--model", model, "--weights", "w.safetensors", "--images", "data/images/a.png", "--methods", "cam",
      "--output", "out",
    ]
  }

  static let inputs = [
    BadInput(
      "nothing asked", "explain", run + ["--methods", "cam"], run: true,
      says: "nothing is to be written; name --output, --raw or --evaluate"),
    BadInput(
      "no network", "explain", ["--images", "data/images", "--methods", "cam", "--output", "out"],
      says: "Name --run, or --model and --weights. See 'explain --help'."),
    BadInput(
      "two networks", "explain", cam + ["--model", "squeezenet1_1"],
      says: "Name --run, or --model and --weights. See 'explain --help'."),
    BadInput(
      "misspelt backbone", "explain", published("squeezenet"),
      says: """
        --model: unknown name "squeezenet"; did you mean "squeezenet1_1"? Known names: \
        \(Catalog.Backbones.all.map { $0.name }.sorted().joined(separator: ", "))
        """),
    BadInput(
      "no weights", "explain", published("squeezenet1_1"),
      says: """
        w.safetensors: there is no such file of pretrained weights; set model.weights or --weights to where \
        it is, or make it with Checkpoints/convert.py
        """),
    BadInput(
      "no run", "explain", cam,
      says: """
        Checkpoints/small/1: is not a run folder (it has no config.yaml); \
        name a folder like Checkpoints/<config>/<n>
        """),
    BadInput(
      "run without a classifier", "explain", cam, run: true,
      says:
        "Checkpoints/small/1: has no trained classifier; go on with the run until its stage classify is done"
    ) { try $0.remove("Checkpoints/small/1/classify/best.safetensors") },
    BadInput(
      "damaged classifier", "explain", cam, run: true,
      says: """
        Checkpoints/small/1/classify/best.safetensors: is damaged (its checksum differs); \
        remove Checkpoints/small/1/classify to run the stage again
        """
    ) { try $0.truncate("Checkpoints/small/1/classify/best.safetensors", by: 4) },
    BadInput(
      "misspelt method", "explain", run + ["--output", "out", "--methods", "cam,grad-cm"], run: true,
      says: """
        --methods[1]: unknown name "grad-cm"; did you mean "grad-cam"? Known names: \
        \(names)
        """),
    BadInput(
      "misspelt target", "explain", cam + ["--options", "{target: logits}"], run: true,
      says: """
        --options.target: unknown name "logits"; did you mean "logit"? Known names: logit, probability, \
        log-probability, softmax, log-softmax, negative
        """),
    BadInput(
      "options of others", "explain",
      run + ["--output", "out", "--methods", "random", "--options", "{eigen_smoothing: true}"], run: true,
      says: """
        --options.eigen_smoothing: is true, but random has no contributions of channels; use false, or \
        grad-cam
        """),
    BadInput(
      "columns of boxes", "explain", cam + ["--evaluate", "--boxes", "boxes.csv"], run: true,
      says: """
        boxes.csv:1: does not name the columns image, class, xmin, ymin, xmax, ymax; a line is as \
        image,class,xmin,ymin,xmax,ymax says
        """
    ) { try $0.write("image,class,xmin\n", "boxes.csv") },
    BadInput(
      "class of a box", "explain", cam + ["--evaluate", "--boxes", "boxes.csv"], run: true,
      says: """
        boxes.csv:2: names the class "unicorn", which the network does not know; a line is as \
        image,class,xmin,ymin,xmax,ymax says
        """
    ) { try $0.write("image,class,xmin,ymin,xmax,ymax\na,unicorn,0,0,1,1\n", "boxes.csv") },
    BadInput(
      "masks and boxes", "explain",
      cam + ["--evaluate", "--boxes", "boxes.csv", "--masks", "data/masks"], run: true,
      says: "--boxes: maps are judged by masks or by boxes; leave one of --masks and --boxes out"
    ) { try $0.write("image,class,xmin,ymin,xmax,ymax\n", "boxes.csv") },
    BadInput(
      "no method", "explain", run + ["--output", "out", "--methods", ""], run: true,
      says: "--methods: no method is named; give one or more of them, separated by commas"),
    BadInput(
      "misspelt option", "explain",
      run + ["--output", "out", "--methods", "{name: layer-cam, stag: features.7}"], run: true,
      says: #"--methods[0].stag: unknown key; did you mean "stage"?"#),
    BadInput(
      "unknown feature map", "explain",
      run + ["--output", "out", "--methods", "layer-cam", "--stage", "layer9"], run: true,
      says: "layer-cam: there is no feature map layer9; use one of \(stages)"),
    BadInput(
      "a stage for a method without", "explain", cam + ["--stage", "features.7"], run: true,
      says: """
        --stage: features.7 is asked of methods that explain one place only (cam); leave it out, or name a \
        method that explains any feature map
        """),
    BadInput(
      "misspelt class", "explain", cam + ["--classes", "dogg"], run: true,
      says: #"--classes: there is no class "dogg"; did you mean "dog"?"#),
    BadInput(
      "unknown class", "explain", cam + ["--classes", "cat,aeroplane"], run: true,
      says: #"--classes: there is no class "aeroplane"; the classes are cat, dog"#),
    BadInput(
      "more classes than there are", "explain", cam + ["--classes", "top:3"], run: true,
      says: #"--classes: "top:3" is no number of classes; give top:1 to top:2"#),
    BadInput(
      "attention of a network without", "explain",
      run + ["--output", "out", "--methods", "cam,legrad"], run: true,
      says: "--methods[1]: is legrad, but squeezenet1_1 has no attention; use grad-cam"),
    BadInput(
      "a mean alone", "explain", published("squeezenet1_1") + ["--mean", "0.5,0.5,0.5"],
      says: "Give --mean and --deviation together, and only with --model. See 'explain --help'."),
    BadInput(
      "the mean of a run", "explain", cam + ["--mean", "0.5,0.5,0.5", "--deviation", "0.5,0.5,0.5"],
      says: "Give --mean and --deviation together, and only with --model. See 'explain --help'."),
    BadInput(
      "two channels", "explain",
      published("squeezenet1_1") + ["--mean", "0.5,0.5", "--deviation", "0.5,0.5,0.5"],
      says: """
        --mean: "0.5,0.5" is no value for red, green and blue; give three numbers from 0 to 1, as in \
        0.5,0.5,0.5
        """),
    BadInput(
      "a deviation of zero", "explain",
      published("squeezenet1_1") + ["--mean", "0.5,0.5,0.5", "--deviation", "0.5,0,0.5"],
      says: """
        --deviation: "0.5,0,0.5" is no value for red, green and blue; give three numbers from 0.001 to 1, \
        as in 0.5,0.5,0.5
        """),
    BadInput(
      "bad size", "explain", cam + ["--size", "5000"], run: true,
      says: "The value '5000' is invalid for '--size <size>': give 0 to 4096. See 'explain --help'."),
    BadInput(
      "output with the pictures", "explain", run + ["--output", "data/images", "--methods", "cam"], run: true,
      says: """
        data/images: pictures to explain lie in there, where nothing is written; name another folder with \
        --output
        """),
    BadInput(
      "maps with the pictures", "explain", run + ["--raw", "data/images", "--methods", "cam"], run: true,
      says: """
        data/images: pictures to explain lie in there, where nothing is written; name another folder with \
        --raw
        """
    ),
    BadInput(
      "output of somebody else", "explain", cam, run: true,
      says: """
        out/a.png: is there already and was not made by explain; name another folder with --output, \
        or remove it
        """
    ) {
      try $0.makeFolder("out")
      try $0.writeMask("out/a.png")
    },
    BadInput(
      "maps of somebody else", "explain", run + ["--raw", "out", "--methods", "cam"], run: true,
      says: """
        out/a.safetensors: is there already and was not made by explain; name another folder with --raw, \
        or remove it
        """
    ) { try $0.write("", "out/a.safetensors") },
  ]

  private static let names = Catalog.Explainers.all.map { $0.name }.sorted().joined(separator: ", ")
  private static let stages = """
    features.4, features.7, features.12
    """

  @Test(arguments: inputs) func isRefused(input: BadInput) throws { try input.check() }

  /// As many classes in another order are other ones.
  @Test func labelsOfOtherClassesAreNoLabels() throws {
    let place = try Workplace.withRun()
    try place.write("dog\ncat\n", "data/classes.txt")
    let result = try place.run("explain", Self.cam + ["--classes", "labels"])
    #expect(result.status == 1)
    #expect(
      result.stderr.contains(
        """
        warning: the run's data set has other classes by now than its network; name classes or top:3 with \
        --classes, or a folder of masks with --masks
        """), "\(result.stderr)")
  }

  /// Each picture by its own reason; the others are explained.
  @Test func whatCannotBeExplainedIsNamedAndCounted() throws {
    let place = try Workplace.withRun()
    for folder in ["in", "true"] { try place.makeFolder(folder) }
    for name in ["a", "b", "c", "d", "e"] {
      try Workplace.photograph(width: 20, height: 10, seed: 1).writePNG(to: place.path("in/\(name).png"))
    }
    try place.truncate("in/b.png", by: 40)
    try place.writeMask("true/a.png", width: 20, height: 10)
    try place.writeMask("true/c.png")
    try place.writeMask("true/d.png", width: 20, height: 10, id: 3)
    try place.write("ftyp", "in/f.heic")
    let result = try place.run(
      "explain",
      [
        "--run", "Checkpoints/small/1", "--images", "in", "--methods", "cam", "--classes", "labels",
        "--masks", "true", "--output", "out",
      ])
    #expect(result.status == 1 && result.stdout.isEmpty)
    let lines = result.stderr.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("[explain]") }
    #expect(
      lines == [
        "warning: in/f.heic: is no .jpg, .jpeg or .png file; convert it",
        "warning: in/b.png: truncated: the PNG data ends before the last row; copy the file again",
        "warning: true/c.png: 24 × 20 pixels, but in/c.png has 20 × 10; give the mask of this picture",
        """
        warning: true/d.png: holds the class id 3, but 3 classes have the ids 0 to 2 and 255 for ignore; \
        give the number of classes including background, or renumber the mask
        """,
        "warning: true/e.png: there is no such mask; add it, or leave the picture out",
        "error: 5 of 6 pictures could not be explained; mend or remove those that are named above",
      ])
    #expect(place.exists("out/a.png") && !place.exists("out/b.png"))
  }

  @Test func classesOfStrangersAreNotKnown() throws {
    let place = try Workplace.withRun()
    // A name of the data set is not its picture.
    try Workplace.photograph(width: 20, height: 10, seed: 1).writePNG(to: place.path("a.png"))
    let result = try place.run(
      "explain",
      [
        "--run", "Checkpoints/small/1", "--images", "a.png", "data/images/b.jpg", "--methods", "cam",
        "--classes", "labels", "--raw", "maps",
      ])
    #expect(result.status == 1)
    let lines = result.stderr.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("[explain]") }
    #expect(
      lines == [
        """
        warning: a.png: its classes are not known, neither from a mask nor from a run's data set; name \
        classes or top:3 with --classes, or a folder of masks with --masks
        """,
        "error: 1 of 2 pictures could not be explained; mend or remove those that are named above",
      ])
    #expect(place.exists("maps/b.safetensors") && !place.exists("maps/a.safetensors"))
  }
}
