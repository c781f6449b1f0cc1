public import ArgumentParser
import Configuration
import Files
import Seedling
import Training

/// `explain`: maps of what a trained classifier sees in pictures.
public struct ExplainCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Shows what in pictures a trained classifier goes by, and judges the methods that show it.",
    discussion: """
      Three examples:

        explain --run Checkpoints/synthetic/quickstart/1 --images photo.jpg \\
          --methods cam,grad-cam,layer-cam --classes top:3 --output explained

        explain --model resnet50 --weights Weights/resnet50.safetensors \\
          --classes-file Weights/imagenet_classes.txt --images Photographs \\
          --methods layer-cam --stage layer3 --classes top:5 --raw maps

        explain --run Checkpoints/mine/1 --images Photographs --classes labels \\
          --methods "cam,{name: layer-cam, stage: layer2}" --masks Masks --evaluate

      Methods: \(methods).
      """, version: Release.version)

  @Option(
    name: .customLong("run"), help: "The run folder, such as Checkpoints/synthetic/quickstart/1.",
    transform: NamedPath.checked)
  var folder: String?

  @Option(help: "A backbone with the classifier of its published weights in place of a run: resnet50.")
  var model: String?

  @Option(help: "The weights of --model (safetensors).", transform: NamedPath.checked)
  var weights: String?

  @Option(help: "The names of the classes of --model, one a line.", transform: NamedPath.checked)
  var classesFile: String?

  @Option(
    help: "The mean of red, green and blue that --model expects: 0.5,0.5,0.5; else as its file says.")
  var mean: String?

  @Option(help: "The deviation of red, green and blue that --model expects: 0.5,0.5,0.5.")
  var deviation: String?

  @Option(
    parsing: .upToNextOption, help: "Image files, or folders of images, of any size.",
    transform: NamedPath.checked)
  var images: [String]

  @Option(help: "The methods, separated by commas; options in braces: {name: layer-cam, stage: layer3}.")
  var methods: String

  @Option(
    help: "The classes: cat,dog by name; top:3 by score; labels: what a picture is known to hold.")
  var classes = "top:1"

  @Option(help: "The feature map that is explained, such as layer3; by default each method's own, the last.")
  var stage = ""

  @Option(
    help: "What is asked of all methods: {target: probability, mirror: true, stages: [layer3, layer4]}.")
  var options = ""

  @Option(
    help: "The side in pixels that pictures are resized to; 0 keeps their size, up to 512 × 512 pixels.")
  var size: Int?

  @Option(
    help: "The folder for <name>.png (methods × classes), overlays/<name>/ and explain.json.",
    transform: NamedPath.checked)
  var output: String?

  @Option(
    help: "The folder for <name>.safetensors: <method>/<class> is a raw map [rows, columns].",
    transform: NamedPath.checked)
  var raw: String?

  @Flag(help: "Judge the maps, and print the yardsticks of each method.")
  var evaluate = false

  @Option(
    help: "A folder of true masks named as the pictures; by default those of the run's data.",
    transform: NamedPath.checked)
  var masks: String?

  @Option(
    help: "A table of true boxes in place of masks: image,class,xmin,ymin,xmax,ymax (CSV with a header).",
    transform: NamedPath.checked)
  var boxes: String?

  @Flag(help: "Print one line of JSON instead of a table.")
  var json = false

  public init() {}

  /// The names of all explainers, in one line.
  private static var methods: String { Catalog.Explainers.all.map { $0.name }.joined(separator: ", ") }

  public func validate() throws {
    if let size, !(0...4096).contains(size) {
      throw ValidationError("The value '\(size)' is invalid for '--size <size>': give 0 to 4096.")
    }
    guard (mean == nil) == (deviation == nil), mean == nil || model != nil else {
      throw ValidationError("Give --mean and --deviation together, and only with --model.")
    }
  }

  public func run() throws {
    var request = ExplanationRequest(try network, images: images, methods: methods)
    request.classes = classes
    request.stage = stage
    request.options = options
    request.size = size
    request.output = output
    request.raw = raw
    request.isJudged = evaluate
    request.masks = masks
    request.boxes = boxes
    request.isJSON = json
    do {
      write(try ExplanationJob(request).run())
    } catch let unfinished as UnfinishedExplanation {
      write(unfinished.figures)
      throw unfinished
    }
  }

  /// The network that is named.
  private var network: ExplanationRequest.Source {
    get throws {
      switch (folder, model, weights) {
      case (let folder?, nil, nil) where classesFile == nil: return .run(folder)
      case (nil, let model?, let weights?):
        return .published(
          model: model, weights: weights, classes: classesFile, statistics: try statistics)
      default: throw ValidationError("Name --run, or --model and --weights.")
      }
    }
  }

  /// What `--mean` and `--deviation` say of the network's input.
  private var statistics: InputStatistics? {
    get throws {
      guard let mean, let deviation else { return nil }
      return try InputStatistics(mean: mean, deviation: deviation)
    }
  }

  private func write(_ figures: String) {
    if !figures.isEmpty { StandardStream.output.write(figures + "\n") }
  }
}
