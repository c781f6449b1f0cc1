import Configuration
import Foundation
import Imaging
import TestSupport
import Testing

/// A method with a stage of its own, in a program that adds it to the library's: everything that the built-in
/// methods have, it has as well.
@Suite(.serialized) struct ToyMethodTests {
  @Test func aRunMakesMapsMasksASegmenterAndScores() throws {
    let job = try ToyJob()
    let result = try job.run()
    #expect(result.status == 0, "\(result.stderr)")
    for name in [
      "toy/best.safetensors", "toy/last.safetensors", "toy/stage.json", "seeds/train-00011.safetensors",
      "seeds/labels/train-00011.png", "refine/labels/train-00011.png", "masks/train-00011.png",
      "segment/best.safetensors", "evaluate/predictions/val-00003.png",
    ] {
      #expect(job.exists(1, name), "\(name)")
    }
    #expect(!job.exists(1, "classify"))
    let metrics = try #require(
      JSONSerialization.jsonObject(with: job.bytes(1, "metrics.json")) as? [String: Any])
    #expect((metrics["toy"] as? [String: Any])?["mAP"] is NSNumber)
    #expect(
      Set(metrics.keys) == [
        "seed", "toy", "seeds", "pseudoMasks", "segmenter", "segmentation", "seconds",
      ])
    let seconds = try #require(metrics["seconds"] as? [String: Any])
    #expect(Set(seconds.keys) == ["toy", "seeds", "refine", "masks", "segment", "evaluate"])
    // Every part of the loss is in the log under its own name.
    let log = try job.text(1, "log.jsonl")
    for term in ["mean", "maximum", "agreement"] { #expect(log.contains("\"loss/\(term)\":"), "\(term)") }
    try expectCaptions(
      ["val-00000", "toy maximum", "toy mean", "refined", "prediction", "truth"],
      above: job.path(1, "evaluate/pictures/method.png"))
    try expectOwnOptions(job)
    try expectRefusalByTrain(job)
  }

  /// The first row of captions, drawn again and compared.
  private func expectCaptions(_ captions: [String], above path: String) throws {
    let picture = try Image(contentsOf: path)
    var grid = PictureGrid(columns: captions.count, tileSize: 160)
    for caption in captions {
      grid.append(Image(width: 32, height: 32, color: .white), caption: caption)
    }
    let expected = grid.image
    #expect(picture.width == expected.width)
    // Below a margin and the tiles, as high as the grid of one row goes on.
    func line(_ image: Image, _ y: Int) -> [UInt8] {
      Array(image.pixels[y * image.width * 3..<(y + 1) * image.width * 3])
    }
    let differing = (166..<expected.height).filter { line(picture, $0) != line(expected, $0) }
    #expect(differing.isEmpty)
  }

  /// The configuration that the run keeps has the options of its own method and no other's.
  private func expectOwnOptions(_ job: ToyJob) throws {
    let lines = try job.configurationLines(1)
    let start = try #require(lines.firstIndex(of: "method:"))
    let section = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }
    let keys = section.filter { !$0.hasPrefix("   ") }.map { String($0.prefix { $0 != ":" }.dropFirst(2)) }
    #expect(
      keys == [
        "name", "agreement", "evaluation_size", "augmentation", "schedule", "optimizer", "groups",
        "clip_norm",
      ])
    let sections = lines.filter { $0.first?.isLetter == true }.map { String($0.prefix { $0 != ":" }) }
    #expect(
      sections == [
        "seed", "data", "model", "method", "behind", "seeds", "refine", "refine_strengths", "masks",
        "segment", "evaluate",
      ])
  }

  /// The built-in commands do not know the method, and say so with the place of its name.
  private func expectRefusalByTrain(_ job: ToyJob) throws {
    let file = job.path(1, "config.yaml")
    let line = try #require(try job.configurationLines(1).firstIndex(of: "  name: toy")) + 1
    for (program, arguments) in [
      ("train", ["--config", file]), ("evaluate", ["--run", job.path(1)]),
      ("predict", ["--run", job.path(1), "--images", job.path(1, "masks"), "--output", job.path(1, "new")]),
    ] {
      let result = try runCommand(program, arguments)
      #expect(result.status == 1)
      #expect(
        result.stderr
          == "error: \(file):\(line): method.name: unknown name \"toy\"; known names: cam, token-contrast\n",
        "\(program)")
    }
  }

  /// 12 steps equal 5, a kill after the seventh, and 7 more.
  @Test func goesOnBitForBitAfterAKill() throws {
    let job = try ToyJob()
    let stage = ["--stages", "toy"]
    #expect(try job.run(stage).status == 0)
    _ = try job.interrupt(stage, in: 2, at: 7, SIGKILL)
    let resumed = try job.run(["--resume"] + stage)
    #expect(resumed.status == 0, "\(resumed.stderr)")
    #expect(resumed.stdout.contains("[toy] 12 steps, going on after step 5"), "\(resumed.stdout)")
    for name in ["toy/last.safetensors", "toy/best.safetensors"] {
      #expect(try job.bytes(1, name) == job.bytes(2, name), "\(name)")
    }
  }

  @Test func afterControlCItNamesItsOwnProgram() throws {
    let job = try ToyJob()
    let stage = ["--stages", "toy", "--set", "method.schedule.iterations=200"]
    let errors = try job.interrupt(stage, in: 1, at: 2, SIGINT)
    #expect(
      errors.replacing(/at step \d+/, with: "at step 2") == """
        error: interrupted in stage toy at step 2, all is saved; go on with: swift run toy-train --config \
        \(job.configuration) --set method.schedule.iterations=200 --stages toy --run \(job.path(1))

        """)
  }

  @Test func itsStageIsChosenAndTakenOverLikeAnyOther() throws {
    let job = try ToyJob()
    let first = try job.run(["--stages", "toy,seeds"])
    #expect(first.status == 0, "\(first.stderr)")
    #expect(job.exists(1, "seeds/pictures/maps.png") && !job.exists(1, "refine"))
    // Other seeds leave the stage valid; another agreement does not.
    let more = ["--from", job.path(1), "--stages", "toy,seeds", "--set"]
    let second = try job.run(more + ["seeds.maps=maximum"])
    #expect(second.status == 0, "\(second.stderr)")
    #expect(second.stdout.contains("taken over: toy\n"), "\(second.stdout)")
    #expect(try job.bytes(1, "toy/best.safetensors") == job.bytes(2, "toy/best.safetensors"))
    #expect(try job.seeds(1) != job.seeds(2))
    let third = try job.run(more + ["method.agreement=0"])
    #expect(third.stdout.contains("\ntaken over: nothing\n"), "\(third.stdout)")
    #expect(
      third.stdout.contains("\nnot taken over: toy (method.agreement: 0.0 here, 0.5 in the run)\n"),
      "\(third.stdout)")
    #expect(try job.bytes(1, "toy/best.safetensors") != job.bytes(3, "toy/best.safetensors"))
  }

  @Test func aMethodBehindItGoesOnWithItsClassifier() throws {
    let job = try ToyJob()
    let arguments = ["--stages", "toy,seeds"]
    #expect(try job.run(arguments).status == 0)
    // It trains nothing, so that the seeds alone are made anew.
    let result = try job.run(arguments + ["--set", "behind=[toy-square]", "--from", job.path(1)])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("taken over: toy\n"), "\(result.stdout)")
    #expect(try job.seeds(1) != job.seeds(2))
  }

  @Test func theHelpNamesItsStage() throws {
    let help = try runCommand("toy-train", ["--help"])
    #expect(help.status == 0)
    let words = help.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains(
        """
        Stages are those of the method (cam: classify; token-contrast: contrast; toy: toy; \
        toy-classifier: classify), those behind it, and seeds, refine, masks, segment, evaluate.
        """), "\(words)")
  }

  @Test func itsOptionsArePrintedWithTheirExplanations() throws {
    let result = try ToyJob().run(["--print-config"])
    #expect(result.status == 0, "\(result.stderr)")
    let words = result.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains(
        """
        name: toy # one of: cam, token-contrast, toy, toy-classifier \
        agreement: 0.5 # factor on the squared difference of both classifiers' probabilities \
        evaluation_size: 0 # side of held-out images for the mAP; 0 keeps their size \
        augmentation: # how training images are varied
        """), "\(words)")
    #expect(words.contains("in order; any of: expansion-shrinkage, toy-square seeds: "), "\(words)")
  }

  @Test(arguments: [
    ("agreement: 0.5", "agreemant: 0.5", "agreemant: unknown key; did you mean \"agreement\"?"),
    ("agreement: 0.5", "agreement: -1", "agreement: is -1.0; use a number from 0 to 1000"),
  ])
  func aBadOptionIsRefusedAtItsPlace(good: String, bad: String, says: String) throws {
    let job = try ToyJob(method: ToyJob.toy.replacing(good, with: bad))
    let result = try job.run()
    #expect(result.status == 1)
    #expect(result.stderr == "error: \(job.configuration):9: method.\(says)\n")
    #expect(!job.exists(1, ""))
  }

  @Test func trainWithoutItRefusesItsName() throws {
    let job = try ToyJob(method: "method: cam\n")
    let result = try job.run(["--set", "method=toy"], by: "train")
    #expect(result.status == 1)
    #expect(
      result.stderr == "error: --set: method: unknown name \"toy\"; known names: cam, token-contrast\n")
  }
}
