import Autograd
import Files
import Foundation
import Imaging
import Models
import NeuralNetwork
import TestSupport
import Testing

/// What `explain` writes and prints for pictures that it can explain.
@Suite struct ExplainTests {
  private let run = ["--run", "Checkpoints/small/1"]

  private func json(_ place: Workplace, _ name: String) throws -> JSON {
    try JSON(parsing: String(decoding: try place.bytes(name), as: UTF8.self))
  }

  /// Pictures of any size; the maps of a linear classifier on the mean of its features obey their identities.
  @Test func picturesOfAnySize() throws {
    let place = try Workplace.withRun()
    let sizes = [("wide", 61, 22), ("tall", 17, 90), ("pixel", 1, 1)]
    try place.makeFolder("new")
    for (seed, (name, width, height)) in sizes.enumerated() {
      try Workplace.photograph(width: width, height: height, seed: seed).writePNG(
        to: place.path("new/\(name).png"))
    }
    let result = try place.run(
      "explain",
      run + [
        "--images", "new", "--methods", "cam,grad-cam,layer-cam,{name: layer-cam, stage: features.7}",
        "--classes", "dog,cat", "--output", "out", "--raw", "maps",
      ])
    #expect(result.status == 0 && result.stdout.isEmpty, "\(result.stderr)")
    let record = try json(place, "out/explain.json")
    #expect(record["run"] == "Checkpoints/small/1" && record["pictures"] == ["pixel", "tall", "wide"])
    for (name, width, height) in sizes {
      let reader = try SafetensorsReader(path: place.path("maps/\(name).safetensors"))
      let labels = ["cam", "grad-cam", "layer-cam", "layer-cam features.7"]
      #expect(Set(reader.entries.keys) == Set(labels.flatMap { ["\($0)/cat", "\($0)/dog"] }))
      for index in [0, 1] {
        let className = ["dog", "cat"][index]
        let cam = try reader.tensor("cam/\(className)")
        let gradient = try reader.tensor("grad-cam/\(className)")
        expectClose(
          gradient, cam.relu() / Float(cam.count), tolerance: 1e-4 * (cam.absoluteValue().scalars.max() ?? 1))
        guard case .list(let results)? = record["results"],
          let own = results.first(where: { $0["picture"] == .text(name) }),
          case .list(let classes)? = own["classes"]
        else {
          Issue.record("no results for \(name)")
          continue
        }
        #expect(classes[index]["class"] == .text(className))
        let probability = try #require(classes[index]["probability"]?.double)
        #expect(abs(probability - Double(cam.mean().sigmoid().scalar)) < 1e-4)
        for label in labels {
          let overlay = try Image(contentsOf: place.path("out/overlays/\(name)/\(label)/\(className).png"))
          #expect(overlay.width == width && overlay.height == height)
        }
      }
      let grid = try Image(contentsOf: place.path("out/\(name).png"))
      #expect(grid.width == 6 + 5 * 230)
    }
    // Once more, with another method, into the same folders.
    let again = try place.run(
      "explain", run + ["--images", "new", "--methods", "cam", "--output", "out", "--raw", "maps"])
    #expect(again.status == 0, "\(again.stderr)")
  }

  /// A mirror image changes maps, and is averaged into those of a method that does not ask for it.
  @Test func whatIsAskedOfAllMethodsIsDone() throws {
    let place = try Workplace.withRun()
    func map(_ options: [String], _ folder: String) throws -> [Float] {
      let done = try place.run(
        "explain",
        run + ["--images", "data/images/a.png", "--methods", "grad-cam", "--raw", folder] + options)
      #expect(done.status == 0, "\(done.stderr)")
      let reader = try SafetensorsReader(path: place.path("\(folder)/a.safetensors"))
      return try reader.tensor(try #require(reader.entries.keys.first)).scalars
    }
    let (plain, mirrored) = (try map([], "plain"), try map(["--options", "{mirror: true}"], "mirrored"))
    #expect(plain.count == mirrored.count && plain != mirrored)
    #expect(try map(["--options", "{}"], "same") == plain)
  }

  @Test func mapsAreJudged() throws {
    let place = try Workplace.withRun()
    let arguments =
      run + [
        "--images", "data/images/c.png", "--methods", "cam,layer-cam", "--classes", "labels", "--evaluate",
        "--size", "64",
      ]
    let table = try place.run("explain", arguments + ["--masks", "data/masks", "--output", "out"])
    #expect(table.status == 0, "\(table.stderr)")
    #expect(table.stderr.hasPrefix("[explain] 1 image\n[explain] image 1/1  "))
    let lines = table.stdout.split(separator: "\n").map(String.init)
    #expect(lines[0].split(separator: " ") == ["yardstick", "cam", "layer-cam"])
    #expect(lines.contains { $0.hasPrefix("pairs of picture and class") && $0.hasSuffix(" 2") })
    for title in ["PxAP ↑", "deletion ↓", "ROAD, combined ↑", "rank correlation, head random → 0"] {
      #expect(lines.contains { $0.hasPrefix(title) }, "\(title)")
    }
    #expect(place.exists("out/explain-yardsticks.png"))
    // The run knows its own pictures, so their masks need not be named.
    let line = try place.run("explain", arguments + ["--json"])
    #expect(line.status == 0, "\(line.stderr)")
    let figures = try JSON(parsing: line.stdout)
    #expect(try json(place, "out/explain.json")["yardsticks"] == figures)
    let cam = try #require(figures["cam"])
    #expect(cam["maxBoxAcc"]?["used"] == 2)
    for key in ["pxAP", "pointing", "insertion", "averageDrop", "roadMoRF", "maxSensitivity", "infidelity"] {
      #expect(cam[key]?["value"]?.double != nil, "\(key)")
    }
    // Grad-CAM's noise is on gradients, which CAM has none of.
    #expect(cam["noiseSimilarity"]?["value"] == .null)
    #expect(figures["layer-cam"]?["noiseSimilarity"]?["used"] == 2)
  }

  /// A box over nearly the whole picture holds nearly all of a map; a picture without a line is named.
  @Test func mapsAreJudgedByBoxes() throws {
    let place = try Workplace.withRun()
    try place.write("class,image,xmin,ymin,xmax,ymax\ncat,a.png,0,0,22,19\ndog,c,0,0,9,19\n", "boxes.csv")
    let arguments =
      run + [
        "--methods", "cam,random", "--classes", "labels", "--evaluate", "--json", "--boxes", "boxes.csv",
        "--size", "96",
      ]
    let judged = try place.run("explain", arguments + ["--images", "data/images/a.png"])
    #expect(judged.status == 0, "\(judged.stderr)")
    let random = try #require(try JSON(parsing: judged.stdout)["random"])
    let energy = try #require(random["energyPointing"]?["value"]?.double)
    #expect(energy > 0.9 && energy < 1, "\(energy)")
    #expect(random["pointing"]?["value"]?.double == 1)
    #expect(random["pxAP"]?["value"] == .null)
    let missing = try place.run("explain", arguments + ["--images", "data/images/b.jpg"])
    #expect(missing.status == 1)
    #expect(
      missing.stderr.contains(
        "data/images/b.jpg: has no line in the table of boxes; add it, or leave the picture out"))
  }

  /// Seeds of some of a mask's classes alone would be judged by what was not asked for; and the chart leaves
  /// a picture of its name alone.
  @Test func seedsNeedAllClassesAndTheChartItsOwnName() throws {
    let place = try Workplace.withRun()
    for (folder, ending) in [("images", "png"), ("masks", "png")] {
      try place.bytes("data/\(folder)/c.png")
        .write(to: URL(fileURLWithPath: place.path("data/\(folder)/explain-yardsticks.\(ending)")))
    }
    func seeds(_ classes: String) throws -> JSON? {
      let judged = try place.run(
        "explain",
        run + [
          "--images", "data/images/explain-yardsticks.png", "--masks", "data/masks", "--methods", "cam",
          "--classes", classes, "--evaluate", "--json", "--size", "64", "--output", "out",
        ])
      #expect(judged.status == 0, "\(judged.stderr)")
      return try JSON(parsing: judged.stdout)["cam"]?["seedsBest"]?["value"]
    }
    #expect(try seeds("cat") == .null)
    #expect(try seeds("cat,dog")?.double != nil)
    let (grid, chart) = (
      try Image(contentsOf: place.path("out/explain-yardsticks.png")),
      try Image(contentsOf: place.path("out/explain-yardsticks-2.png"))
    )
    #expect(grid.width == 6 + 2 * 230 && chart.width != grid.width)
  }

  @Test func withoutMasksNothingIsSaidOfPlaces() throws {
    let place = try Workplace.withRun()
    try Workplace.photograph(width: 20, height: 20, seed: 7).writePNG(to: place.path("x.png"))
    let result = try place.run(
      "explain", run + ["--images", "x.png", "--methods", "cam", "--evaluate", "--size", "64"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(
      result.stderr.hasSuffix(
        "no picture has a mask, so nothing is said of where maps lie; name a folder with --masks\n"))
    #expect(!result.stdout.contains("PxAP") && result.stdout.contains("deletion ↓"))
  }

  /// A network with the classifier of its weights, whose classes exclude each other.
  @Test func publishedWeightsAreExplained() throws {
    let place = try Workplace()
    let store = ParameterStore(seed: 1)
    _ = SqueezeNet().buildWithHead(classes: 3, in: store.root)
    try SafetensorsWriter.write(store.stateEntries(), to: place.path("w.safetensors"))
    try place.write("n01440764 tench\ncrane\ncrane\n", "names.txt")
    let result = try place.run(
      "explain",
      [
        "--model", "squeezenet1_1", "--weights", "w.safetensors", "--classes-file", "names.txt", "--images",
        "data/images/a.png", "--methods", "grad-cam", "--classes", "top:3", "--size", "64", "--output", "out",
        "--raw", "maps",
      ])
    #expect(result.status == 0, "\(result.stderr)")
    let reader = try SafetensorsReader(path: place.path("maps/a.safetensors"))
    #expect(Set(reader.entries.keys) == ["grad-cam/tench", "grad-cam/crane 1", "grad-cam/crane 2"])
    guard case .list(let results)? = try json(place, "out/explain.json")["results"],
      case .list(let classes)? = results.first?["classes"]
    else {
      Issue.record("no results")
      return
    }
    let probabilities = classes.compactMap { $0["probability"]?.double }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5 && probabilities.count == 3)
    #expect(probabilities == probabilities.sorted(by: >))
  }

  /// Weights without a mean and a deviation, whose name lets doubt the usual ones.
  @Test func theMeanAndTheDeviationCanBeSaid() throws {
    let place = try Workplace()
    let store = ParameterStore(seed: 1)
    _ = SqueezeNet().buildWithHead(classes: 3, in: store.root)
    try SafetensorsWriter.write(store.stateEntries(), to: place.path("tf_net.safetensors"))
    func run(_ name: String, _ arguments: [String] = []) throws -> [String] {
      let result = try place.run(
        "explain",
        [
          "--model", "squeezenet1_1", "--weights", "tf_net.safetensors", "--images", "data/images/a.png",
          "--methods", "grad-cam", "--size", "64", "--raw", name,
        ] + arguments)
      #expect(result.status == 0, "\(result.stderr)")
      return result.stderr.split(separator: "\n").map(String.init).filter { $0.hasPrefix("warning: ") }
    }
    #expect(
      try run("usual") == [
        """
        warning: tf_net.safetensors: says no mean and deviation, and networks called "tf_" are as a rule \
        made for 0.5 and 0.5; if these are, give --mean 0.5,0.5,0.5 --deviation 0.5,0.5,0.5
        """
      ])
    let half = ["--mean", "0.5,0.5,0.5", "--deviation", "0.5,0.5,0.5"]
    #expect(try run("half", half) == [])
    #expect(try run("own", ["--mean", "0.485,0.456,0.406", "--deviation", "0.229,0.224,0.225"]) == [])
    let maps = try ["usual", "half", "own"].map { try place.bytes("\($0)/a.safetensors") }
    #expect(maps[0] == maps[2] && maps[0] != maps[1])
  }

  /// What Integrated Gradients say of their own sum stands in the table and in the record.
  @Test func completenessIsShown() throws {
    let place = try Workplace.withRun()
    let result = try place.run(
      "explain",
      run + [
        "--images", "data/images/a.png", "--classes", "cat", "--size", "32", "--evaluate", "--output", "out",
        "--methods", "cam,{name: integrated-gradients, steps: 2, baseline: black}",
      ])
    #expect(result.status == 0, "\(result.stderr)")
    let record = try json(place, "out/explain.json")
    guard case .list(let results)? = record["results"],
      case .list(let classes)? = results.first?["classes"], let maps = classes.first?["maps"]
    else {
      Issue.record("no results")
      return
    }
    let figures = try #require(maps["integrated-gradients"]?["figures"])
    let error = try #require(figures["completeness error"]?.double)
    let gain = try #require(figures["gain"]?.double)
    #expect(maps["cam"]?["figures"] == .object([]))
    let own = try #require(record["yardsticks"]?["integrated-gradients"]?["ownCompletenessError"])
    #expect(own["used"] == 1)
    #expect(abs(try #require(own["value"]?.double) - error / abs(gain)) < 1e-5)
    #expect(record["yardsticks"]?["cam"]?["ownCompletenessError"]?["value"] == .null)
    let lines = result.stdout.split(separator: "\n").map(String.init)
    #expect(lines.contains { $0.hasPrefix("completeness error, own baseline ↓") && $0.contains("—") })
  }

  /// A published transformer is explained by its attention.
  @Test func publishedTransformersAreExplained() throws {
    let place = try Workplace()
    let store = ParameterStore(seed: 1)
    var options = ViTTiny()
    options.imageSize = 32
    _ = options.buildWithHead(classes: 3, in: store.root)
    try SafetensorsWriter.write(store.stateEntries(), to: place.path("w.safetensors"))
    let methods = ["attention-rollout", "attention-relevance", "attention-grad-cam", "legrad", "tam"]
    let result = try place.run(
      "explain",
      [
        "--model", "{name: vit-tiny, image_size: 32}", "--weights", "w.safetensors", "--images",
        "data/images/a.png", "--methods", methods.joined(separator: ","), "--classes", "top:2", "--size",
        "32", "--raw", "maps", "--evaluate", "--json",
      ])
    #expect(result.status == 0, "\(result.stderr)")
    let reader = try SafetensorsReader(path: place.path("maps/a.safetensors"))
    let named = methods.filter { method in reader.entries.keys.contains { $0.hasPrefix("\(method)/") } }
    #expect(named == methods)
    for name in reader.entries.keys {
      #expect(try reader.tensor(name).shape == [2, 2], "\(name)")
    }
  }

  @Test func helpTeachesByThreeExamples() throws {
    let help = try runCommand("explain", ["--help"])
    #expect(help.status == 0 && help.stderr.isEmpty)
    #expect(help.stdout.components(separatedBy: "\n  explain --").count == 4)
    #expect(help.stdout.contains("Methods: cam, grad-cam"))
  }
}
