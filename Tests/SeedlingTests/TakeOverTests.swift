import Files
import Foundation
import TestSupport
import Testing

@testable import Seedling
@testable import Training

@Suite struct TakeOverTests {
  private let folder: TemporaryFolder
  private let plan: RunPlan
  private let source: RunDirectory
  private let target: RunDirectory

  /// A run whose classifier is trained, and an empty one.
  init() throws {
    folder = try TemporaryFolder()
    plan = try RunConfiguration().plan()
    source = RunDirectory(path: folder.path + "/1")
    target = RunDirectory(path: folder.path + "/2")
    try source.folder("classify/pictures")
    try source.write("weights", to: "classify/best.safetensors")
    try source.write("picture", to: "classify/pictures/a.png")
    try target.folder("")
    var record = StageRecord(fingerprint: plan.fingerprint(of: "classify"))
    record.state = .finished
    record.figures.set(97.5, at: "classifier.mAP")
    try record.write("classify", in: source)
  }

  @Test func aStageIsTakenOverWithItsFilesAndItsRecord() throws {
    #expect(try TakeOver(plan: plan)(from: source, into: target) == ["classify"])
    #expect(target.text(of: "classify/pictures/a.png") == "picture")
    #expect(try StageRecord.read("classify", in: target) == StageRecord.read("classify", in: source))
    #expect(try TakeOver(plan: plan)(from: source, into: target) == [])
  }

  /// A stage of which a file is missing must not count as finished.
  @Test func theRecordComesLast() throws {
    try target.folder("classify/best.safetensors/in-the-way")
    #expect(throws: RunError.self) { try TakeOver(plan: plan)(from: source, into: target) }
    #expect(try StageRecord.read("classify", in: target) == nil)
  }
}
