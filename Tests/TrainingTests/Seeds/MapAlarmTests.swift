import Autograd
import Datasets
import Files
import Imaging
import Models
import Reporting
import Synchronization
import TestSupport
import Testing
import WeakSupervision

@testable import Training

/// The warning of maps that stand beside their objects.
@Suite struct MapAlarmTests {
  private typealias Figures = MapAlarm.Figures

  @Test func isRaisedForClassesThatAreSeenBetterWithoutTheirMaps() {
    let figures = [
      0: Figures(images: 9, kept: 0.9, removed: 0.2), 1: Figures(images: 3, kept: 0.125, removed: 0.975),
      2: Figures(images: 2, kept: 0.1, removed: 0.9), 3: Figures(images: 4, kept: 0.5, removed: 0.5),
      4: Figures(images: 8, kept: 0.25, removed: 0.75),
    ]
    let names = ["cow", "car", "sign", "sky", "boat"]
    let beginning = """
      maps stand beside their objects: the share of a class's score that is left with the half of the \
      picture that its map shows, and without it, is for car (0.12, 0.97), boat (0.25, 0.75); look at \
      seeds/pictures/maps.png, and 
      """
    #expect(
      MapAlarm.warning(figures, names: names, others: [])
        == beginning + "train with another backbone or pooling")
    #expect(
      MapAlarm.warning(figures, names: names, others: ["auxiliary", "final"])
        == beginning + "set seeds.maps to auxiliary or final, or train with another backbone or pooling")
    #expect(
      MapAlarm.warning([0: Figures(images: 9, kept: 0.9, removed: 0.2)], names: names, others: []) == nil)
  }

  @Test func aClassifierWhoseMapsAreTurnedRoundIsFound() throws {
    let place = try AlarmPlace()
    let (upright, silent) = try place.check(isInverted: false)
    #expect(silent.isEmpty && upright["bright"]?["images"] == 3)
    let kept = try #require(upright["bright"]?["kept"]?.double)
    let removed = try #require(upright["bright"]?["removed"]?.double)
    #expect(kept > 0.9 && removed < 0.2)
    let (inverted, warnings) = try place.check(isInverted: true)
    #expect(abs((inverted["bright"]?["kept"]?.double ?? -1) - removed) < 1e-6)
    #expect(warnings.count == 1)
    #expect(warnings.first?.hasPrefix("maps stand beside their objects: ") == true)
    #expect(warnings.first?.contains("bright (0.") == true)
  }
}

/// A run folder with the maps of pictures with something bright on the left.
private final class AlarmPlace {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The recorded figures and the warnings.
  func check(isInverted: Bool) throws -> (figures: JSON, warnings: [String]) {
    let job = PlainJob()
    let dataset: any Dataset = BrightStripes()
    let directory = RunDirectory(path: folder.path)
    try directory.folder("seeds")
    for id in try dataset.identifiers(of: .train) {
      let half = (0..<64).map { pixel in Float((pixel % 8 < 4) == isInverted ? 0 : 1) }
      try ClassMaps(classes: [0], maps: Tensor(half, shape: [8, 8, 1])).write(to: directory.classMaps(of: id))
    }
    var figures: JSON = .object([])
    let warnings = Warnings()
    let context = RunContext(
      TrainedRun(job, directory, classNames: dataset.classNames), stage: "seeds", dataset,
      reporter: Reporter([WarningSink(warnings)]), resumeCommand: ""
    ) { for (key, value) in $0 { figures[key] = value } }
    try MapAlarm.check(dataset.identifiers(of: .train), of: Brightness(), others: [], context)
    return (figures["seeds.evidence"] ?? .object([]), warnings.texts)
  }
}

/// Fifteen black pictures with a white stripe in the left half.
private struct BrightStripes: Dataset {
  var classNames: [String] { ["bright"] }
  func name(of split: Split) -> String { split.rawValue }
  func identifiers(of split: Split) -> [String] { (0..<15).map { "picture\($0)" } }
  func labels(of id: String) -> [Int] { [0] }
  func mask(of id: String) -> LabelMap? { nil }

  func image(of id: String) -> Image {
    var image = Image(width: 8, height: 8, color: .black)
    for y in 0..<8 { for x in 1..<3 { image[x, y] = .white } }
    return image
  }
}

/// Sees its class in pictures that are bright in the mean.
private struct Brightness: Classifier {
  var stages: [BackboneStage] { [BackboneStage("image", channels: 3, stride: 1)] }
  var inputMultiple: Int { 1 }
  var normalization: Normalization { .unit }

  func features(_ images: Tensor) -> FeatureMaps {
    var features = FeatureMaps()
    features.append("image", images)
    return features
  }

  func logits(_ features: FeatureMaps) -> Tensor { classMaps(features).globalAveragePool() }
  /// White counts far more than any grey.
  func classMaps(_ features: FeatureMaps) -> Tensor {
    (features.last.slice(axis: 3, 0..<1) - 0.97).relu() * 2000 - 5
  }
}

/// The texts of warnings.
private final class Warnings: Sendable {
  private let said = Mutex<[String]>([])
  var texts: [String] { said.withLock { $0 } }
  func add(_ text: String) { said.withLock { $0.append(text) } }
}

private struct WarningSink: Sink {
  let warnings: Warnings

  init(_ warnings: Warnings) { self.warnings = warnings }

  func receive(_ event: Event) {
    if case .warning(let text) = event { warnings.add(text) }
  }
}
