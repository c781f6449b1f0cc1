import Files
import TestSupport
import Testing
import WeakSupervision

@testable import Training

/// What later stages read of the seeds' background.
@Suite struct SeedBackgroundTests {
  private let folder: TemporaryFolder
  private var run: RunDirectory { RunDirectory(path: folder.path) }

  init() throws {
    folder = try TemporaryFolder()
    try run.folder("seeds")
  }

  @Test func theChoiceReadsBack() throws {
    let curve = [BackgroundChoice.Point(0.1, 0.5), BackgroundChoice.Point(0.2, 0.25)]
    try run.write(BackgroundChoice(0.6, refinement: 0.5, curve: curve, criterion: "a criterion"))
    #expect(try run.background() == BackgroundChoice(0.6, refinement: 0.5, criterion: "a criterion"))
  }

  @Test func bandsAndThresholdsOfClassesAndImagesReadBack() throws {
    var choice = BackgroundChoice(0.6)
    choice.band = 0.25...0.75
    (choice.classes, choice.images) = ([0: 0.5, 11: 0.1], ["a/b": 0.2, "c": 1])
    try run.write(choice)
    #expect(try run.background() == choice)
  }

  @Test func aFlippedBitIsNoticed() throws {
    try run.write(BackgroundChoice(0.6))
    let text = try #require(run.text(of: "seeds/background.json"))
    try AtomicFile.write(text.replacing("0.6", with: "0.7"), to: run.seedBackground)
    #expect(throws: RunError.damagedFile(path: run.seedBackground)) { try run.background() }
    try AtomicFile.write("", to: run.seedBackground)
    #expect(throws: RunError.damagedFile(path: run.seedBackground)) { try run.background() }
  }
}
