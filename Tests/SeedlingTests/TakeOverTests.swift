import Configuration
import Datasets
import Files
import Foundation
import Models
import TestSupport
import Testing

@testable import Seedling
@testable import Training

@Suite struct TakeOverTests {
  private let folder: TemporaryFolder
  private let plan: RunPlan
  private let configuration = RunConfiguration()
  private let data: DataManifest
  private let source: RunDirectory
  private let target: RunDirectory

  /// A run whose classifier is trained, and an empty one.
  init() throws {
    folder = try TemporaryFolder()
    plan = try configuration.plan()
    data = try DataManifest(of: configuration.data.component.open(), weights: nil, in: .everything)
    source = RunDirectory(path: folder.path + "/1")
    target = RunDirectory(path: folder.path + "/2")
    try source.folder("classify/pictures")
    try source.write("weights", to: "classify/best.safetensors")
    try source.write("picture", to: "classify/pictures/a.png")
    try target.folder("")
    try finish(source)
    var record = RunRecord(overrides: [])
    try record.write(["config.yaml": "seed: 0\n", "data.tsv": data.text], in: source)
  }

  private func finish(_ run: RunDirectory) throws {
    let records = StageRecords(run, plan, data, seed: 0)
    let recording = try StageRecording("classify", of: records)
    try recording.add([("classifier.mAP", 97.5)])
    _ = try recording.end(.finished)
  }

  private func takeOver(
    _ configuration: RunConfiguration? = nil, _ data: DataManifest? = nil
  ) throws -> TakeOver.Result {
    let configuration = configuration ?? self.configuration
    let takeOver = TakeOver(
      plan: try configuration.plan(), configuration: configuration, data: data ?? self.data)
    return try takeOver(from: SourceRun(source), into: target)
  }

  @Test func aStageIsTakenOverWithItsFilesAndItsRecord() throws {
    #expect(try takeOver() == TakeOver.Result(taken: ["classify"]))
    #expect(target.text(of: "classify/pictures/a.png") == "picture")
    #expect(try StageRecord.read("classify", in: target) == StageRecord.read("classify", in: source))
    #expect(try takeOver() == TakeOver.Result())
  }

  /// A stage of which a file is missing must not count as finished.
  @Test func theFolderTakesItsNameLast() throws {
    try target.folder("classify/in-the-way")
    let error = RunError.cannotWrite(path: target.file("classify"), reason: "Directory not empty")
    #expect(throws: error) { try takeOver() }
    #expect(try StageRecord.read("classify", in: target) == nil)
    #expect(target.has(".new-classify"))
    target.clearLeftovers()
    #expect(!target.has(".new-classify"))
  }

  @Test func aDamagedFileIsNamed() throws {
    try source.write("weight5", to: "classify/best.safetensors")
    let reason = "\(source.path)/classify/best.safetensors: is damaged (its checksum differs)"
    #expect(try takeOver() == TakeOver.Result(left: [.init(stage: "classify", reason: reason)]))
    #expect(!target.has("classify"))
  }

  @Test func theOptionThatDiffersIsNamed() throws {
    var other = configuration
    other.model.backbone = .init(ResNet34())
    let reason = "model.backbone: resnet34 here, resnet18 in the run"
    #expect(try takeOver(other) == TakeOver.Result(left: [.init(stage: "classify", reason: reason)]))
  }

  @Test func theImageThatDiffersIsNamed() throws {
    var other = data
    other.labels["train-00003"] = [0]
    let result = try takeOver(nil, other)
    #expect(result.left.map(\.stage) == ["classify"])
    #expect(result.left.first?.reason.hasPrefix("labels: 1 row differs, first train-00003 (was ") == true)
  }

  @Test func nothingIsLinkedFromOutside() throws {
    let outside = folder.path + "/secret"
    try AtomicFile.write("secret", to: outside)
    let link = source.file("classify/pictures/b.png")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: outside)
    #expect(throws: RunError.linkInside(path: link)) { try takeOver() }
  }
}
