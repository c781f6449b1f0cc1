import Foundation
import Imaging
import TestSupport
import Testing

/// Jobs about some of the classes: what is trained, judged, resumed and predicted agrees.
@Suite struct DataPartTests {
  private static let run = "Checkpoints/small/1"
  private static let dogs = ["--set", "data.only_classes=[dog]"]

  /// A finished run about dogs; `b` and `c` are labelled as such, and the mask of `c` shows a cat besides.
  private func workplace() throws -> Workplace {
    let place = try Workplace()
    try place.edit("data/labels.txt", "c cat dog", "c dog")
    let result = try place.run("train", ["--config", "small.yaml"] + Self.dogs)
    #expect(result.status == 0, "\(result.stderr)")
    let opening = """
      data/labels.txt: read as lists of class names
      only_classes: 1 of 2 classes ("dog"); what masks show of other classes is ignored
      train.txt: 1 of 2 images show other classes and are left out
      val.txt: 1 of 2 images show other classes and are left out
      1 class, with images to train on + held out: dog 1 + 1

      """
    #expect(result.stdout.contains(opening), "\(result.stdout)")
    return place
  }

  @Test func aRunIsAboutItsClasses() throws {
    let place = try workplace()
    func text(_ name: String) throws -> String { String(decoding: try place.bytes(name), as: UTF8.self) }
    #expect(try text("\(Self.run)/classes.txt") == "dog\n")
    let data = try text("\(Self.run)/data.tsv")
    #expect(
      data.hasPrefix(
        """
        classes\tdog
        source\tlabels.txt
        list\ttrain\ttrain.txt\tb
        list\tseeds\ttrain.txt\tb
        list\tval\tval.txt\tc
        labels\tb\t0
        labels\tc\t0

        """), "\(data)")
    let evaluated = try place.run("evaluate", ["--run", Self.run])
    #expect(evaluated.status == 0, "\(evaluated.stderr)")
    #expect(
      evaluated.stdout.split(separator: "\n").map { $0.prefix { $0 != " " } }.filter {
        !"[─".contains($0.prefix(1))
      }
        == ["IoU", "class", "background", "dog", "mean"], "\(evaluated.stdout)")
    let predicted = try place.run(
      "predict", ["--run", Self.run, "--images", "data/images", "--output", "out"])
    #expect(predicted.status == 0, "\(predicted.stderr)")
    for id in ["a", "b", "c", "d"] {
      #expect(try LabelMap(contentsOf: place.path("out/\(id).png")).ids.allSatisfy { $0 < 2 })
    }
  }

  @Test func itGoesOnWithTheSameClassesOnly() throws {
    let place = try workplace()
    let resumed = try place.run("train", ["--config", "small.yaml", "--resume"])
    #expect(resumed.status == 0, "\(resumed.stderr)")
    #expect(resumed.stdout.contains("[evaluate] skipped: its output is there and valid"))
    // What is not about dogs may change.
    try place.edit("data/labels.txt", "a cat", "a cat dog")
    try place.writeMask("data/masks/a.png", id: 2)
    #expect(try place.run("train", ["--config", "small.yaml", "--resume"]).status == 0)
    let other = try place.run(
      "train", ["--config", "small.yaml", "--resume", "--set", "data.only_classes=[]"])
    #expect(
      other.stderr == """
        error: \(Self.run): stage classify was started with other options (data.only_classes: [] here, [dog] \
        in the run); resume with the options in its config.yaml, or start a new run with --from \(Self.run)

        """)
    try place.edit("data/labels.txt", "a cat dog", "a dog")
    let changed = try place.run("train", ["--config", "small.yaml", "--resume"])
    #expect(
      changed.stderr == """
        error: \(Self.run): stage classify was started with other data (train.txt: "a" is new); put the data \
        back, or start a new run with --from \(Self.run)

        """)
  }

  @Test func itIsNotJudgedOnOtherClasses() throws {
    let place = try workplace()
    for (classes, words) in [
      ("[]", #""cat" is new"#), ("[cat]", #""cat" is new, "dog" is gone"#),
    ] {
      let result = try place.run(
        "evaluate", ["--run", Self.run, "--set", "data.only_classes=\(classes)"])
      #expect(
        result.stderr == """
          error: \(Self.run): was trained on other classes (\(words)); use those classes, in their order

          """)
      #expect(result.status == 1)
    }
  }

  @Test func nothingIsTakenOverFromARunAboutOthers() throws {
    let place = try workplace()
    let result = try place.run(
      "train", ["--config", "small.yaml", "--from", Self.run, "--stages", "classify"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(
      result.stdout.contains(
        """

        taken over: nothing
        not taken over: classify, segment (data.only_classes: [] here, [dog] in the run)

        """), "\(result.stdout)")
  }

  @Test func classesThatAreNoneStopTheCommand() throws {
    let place = try Workplace()
    let result = try place.run(
      "train", ["--config", "small.yaml", "--set", "data.only_classes=[dgo]"])
    #expect(
      result.stderr == """
        error: data.only_classes: there is no class "dgo"; did you mean "dog"?

        """)
    #expect(result.status == 1 && !place.exists("Checkpoints"))
  }

  /// The draw is kept, although one of the pictures that came since would be drawn now.
  @Test func drawnImagesAreKept() throws {
    let place = try Workplace()
    try place.edit("small.yaml", ", train: train.txt, val: val.txt", ", val: val.txt, train_images: 1")
    let first = try place.run("train", ["--config", "small.yaml", "--stages", "classify"])
    #expect(first.status == 0, "\(first.stderr)")
    #expect(
      first.stdout.contains(
        "train: 1 of 2 images are trained on, drawn from the seed 0; the others are left out\n"))
    var labels = "a cat\nb dog\nc cat dog\nd cat\n"
    for number in 0..<40 {
      try Workplace.photograph(width: 24, height: 20, seed: number).writePNG(
        to: place.path("data/images/n\(number).png"))
      labels += "n\(number) cat dog\n"
    }
    try place.write(labels, "data/labels.txt")
    let again = try place.run("train", ["--config", "small.yaml", "--stages", "classify", "--resume"])
    #expect(again.status == 0, "\(again.stderr)")
    #expect(again.stdout.contains("the split of \(Self.run) is kept; 1 of the images are in no list of it"))
    #expect(again.stdout.contains("[classify] skipped: its output is there and valid"), "\(again.stdout)")
  }
}
