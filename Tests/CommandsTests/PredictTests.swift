import Foundation
import Imaging
import TestSupport
import Testing

/// What the segmenter of a run does with new images, and how it is scored again.
@Suite struct PredictTests {
  @Test(arguments: [[], ["--multi-scale"]]) func imagesOfAnySize(options: [String]) throws {
    let place = try Workplace.withRun()
    try place.makeFolder("new")
    let sizes = [("wide", 61, 22), ("tall", 17, 90), ("small", 5, 3), ("pixel", 1, 1), ("square", 32, 32)]
    for (index, (name, width, height)) in sizes.enumerated() {
      let image = Workplace.photograph(width: width, height: height, seed: index)
      try image.writePNG(to: place.path("new/\(name).png"))
      try image.writeJPEG(to: place.path("new/\(name)-photo.jpg"), quality: 80)
    }
    let result = try place.run(
      "predict",
      ["--run", "Checkpoints/small/1", "--images", "new", "data/images/a.png", "--output", "out"] + options)
    #expect(result.status == 0, "\(result.stderr)")
    for (name, width, height) in sizes + [("a", 24, 20)] {
      for name in name == "a" ? [name] : [name, "\(name)-photo"] {
        let mask = try LabelMap(contentsOf: place.path("out/\(name).png"))
        #expect(mask.width == width && mask.height == height && mask.ids.allSatisfy { $0 < 3 }, "\(name)")
        let overlay = try Image(contentsOf: place.path("out/overlays/\(name).png"))
        #expect(overlay.width == width && overlay.height == height, "\(name)")
        // The byte behind size and depth in a PNG says what the pixels are; 3 is palette.
        #expect(try place.bytes("out/\(name).png")[25] == 3, "\(name)")
      }
    }
  }

  /// The folder of masks is what `evaluate` scores, as it is.
  @Test func masksAreScoredWhereTheyWereWritten() throws {
    let place = try Workplace.withRun()
    let predicted = try place.run(
      "predict", ["--run", "Checkpoints/small/1", "--images", "data/images", "--output", "out"])
    #expect(predicted.status == 0, "\(predicted.stderr)")
    let scored = try place.run(
      "evaluate", ["--predictions", "out", "--ground-truth", "data/masks", "--classes", "3"])
    #expect(scored.status == 0, "\(scored.stderr)")
  }

  /// An image of six windows; most of its pixels get the class that they have without windows.
  @Test func imagesLargerThanAWindow() throws {
    let place = try Workplace.withRun()
    let run = "config.yaml"
    try place.rewrite(run, "base_size: 32\n  window: 1024", "base_size: 0\n  window: 1024")
    let image = Workplace.photograph(width: 150, height: 90, seed: 3)
    try image.writePNG(to: place.path("large.png"))
    for (output, old, new) in [("windows", "1024", "64"), ("whole", "64", "0")] {
      try place.rewrite(run, "window: \(old)", "window: \(new)")
      let result = try place.run(
        "predict", ["--run", "Checkpoints/small/1", "--images", "large.png", "--output", output])
      #expect(result.status == 0, "\(result.stderr)")
    }
    let masks = try ["windows", "whole"].map { try LabelMap(contentsOf: place.path("\($0)/large.png")) }
    #expect(masks.allSatisfy { $0.width == 150 && $0.height == 90 })
    let agreeing = zip(masks[0].ids, masks[1].ids).count { $0 == $1 }
    #expect(agreeing > 150 * 90 / 2)
  }

  @Test(arguments: [[], ["--config", "small.yaml"]]) func aRunIsScoredAgainAsItWas(options: [String]) throws {
    let place = try Workplace.withRun()
    let result = try place.run("evaluate", ["--run", "Checkpoints/small/1", "--json"] + options)
    #expect(result.status == 0, "\(result.stderr)")
    let line = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
    let scores = try #require(line as? [String: Any])
    let file = try JSONSerialization.jsonObject(with: place.bytes("Checkpoints/small/1/metrics.json"))
    let metrics = try #require(file as? [String: Any])
    let segmentation = try #require(metrics["segmentation"] as? [String: Any])
    let held = try #require(segmentation["val"] as? [String: Any])
    let variants = try #require(held["variants"] as? [String: [String: Any]])
    for variant in ["singleScale", "multiScaleFlip", "refined"] {
      let again = try #require(scores[variant] as? [String: Any])
      for figure in ["mIoU", "pixelAccuracy"] {
        #expect(again[figure] as? Double == variants[variant]?[figure] as? Double, "\(variant) \(figure)")
        #expect(again[figure] as? Double != nil)
      }
    }
    #expect(held["mIoU"] as? Double == variants["singleScale"]?["mIoU"] as? Double)
    #expect(scores["images"] as? Int == 2)
  }
}
