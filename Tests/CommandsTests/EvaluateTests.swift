import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct EvaluateTests {
  /// Two folders of masks, `p` and `g`, with the pictures a and b, both scored perfectly.
  private struct Folders {
    private let folder: TemporaryFolder
    var root: String { folder.path }

    init() throws {
      folder = try TemporaryFolder()
      for folder in ["p", "g"] {
        try FileManager.default.createDirectory(
          atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        try write(LabelMap(width: 2, height: 2, ids: [0, 1, 1, 0]), "\(folder)/a.png")
        try write(LabelMap(width: 3, height: 1, ids: [0, 2, 2]), "\(folder)/b.png")
      }
    }

    func write(_ mask: LabelMap, _ path: String) throws { try mask.writePNG(to: "\(root)/\(path)") }

    func write(_ bytes: [UInt8], _ path: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(root)/\(path)"))
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(root)/\(path)") }

    func evaluate(classes: String = "3", _ more: [String] = []) throws -> CommandResult {
      try runCommand(
        "evaluate", ["--predictions", "p", "--ground-truth", "g", "--classes", classes] + more,
        directory: root)
    }

    /// Checks that the command fails with exactly this line.
    func expectFailure(_ message: String, classes: String = "3", _ more: [String] = []) throws {
      let result = try evaluate(classes: classes, more)
      #expect(result.stderr == "error: \(message)\n")
      #expect(result.status == 1)
      #expect(result.stdout == "")
    }
  }

  @Test func jsonIsOneLine() throws {
    let result = try Folders().evaluate(classes: "4", ["--json"])
    #expect(
      result.stdout
        == """
        {"mIoU":100.0,"perClassIoU":[100.0,100.0,100.0,null],"pixelAccuracy":100.0,"images":2}\n
        """)
    #expect(result.status == 0 && result.stderr == "")
  }

  /// Beside the other files of a run a class list is read as the run has written it.
  @Test func theClassesOfARunAreTakenAtTheirWord() throws {
    let folders = try Folders()
    try folders.write(Array("1 cat\n3 'dog'\n".utf8), "classes.txt")
    try folders.expectFailure(
      "classes.txt: not a list of classes (the id 3 stands where 2 is due); write one name per line, "
        + "background first",
      classes: "classes.txt")
    for name in ["config.yaml", "data.tsv"] { try folders.write([], name) }
    let result = try folders.evaluate(classes: "classes.txt")
    #expect(
      result.stdout.hasPrefix("background      100.00\n1 cat           100.00\n3 'dog'         100.00\n"))
  }

  @Test func tableNamesTheClassesOfAFile() throws {
    let folders = try Folders()
    try folders.write(Array("background\ncat\ndog\n".utf8), "classes.txt")
    let result = try folders.evaluate(classes: "classes.txt")
    #expect(result.stdout.hasPrefix("background      100.00\ncat             100.00\n"))
    #expect(result.status == 0)
  }

  @Test func missingPrediction() throws {
    let folders = try Folders()
    try folders.remove("p/b.png")
    try folders.expectFailure(
      """
      p/b.png: there is no such prediction, but there is a ground truth; \
      predict it, or list the ids to score with --ids
      """)
    try folders.write(Array("a\n".utf8), "ids.txt")
    #expect(try folders.evaluate(["--ids", "ids.txt"]).status == 0)
  }

  @Test func missingGroundTruth() throws {
    let folders = try Folders()
    try folders.write(LabelMap(width: 1, height: 1, ids: [0]), "p/c.png")
    try folders.write(LabelMap(width: 1, height: 1, ids: [0]), "p/d.png")
    try folders.expectFailure(
      """
      g/c.png: there is no such ground truth (nor 1 more), but there is a prediction; \
      add it, or list the ids to score with --ids
      """)
  }

  @Test func maskOfAnotherSize() throws {
    let folders = try Folders()
    try folders.write(LabelMap(width: 3, height: 2, ids: [0, 0, 0, 0, 0, 0]), "p/a.png")
    try folders.expectFailure(
      """
      p/a.png: 3 × 2 pixels, but g/a.png has 2 × 2; \
      resize the prediction to the size of the picture by nearest neighbour
      """)
  }

  @Test func idAboveTheClasses() throws {
    try Folders().expectFailure(
      """
      g/b.png: holds the class id 2, but 2 classes have the ids 0 to 1 and 255 for ignore; \
      give the number of classes including background, or renumber the mask
      """, classes: "2")
  }

  @Test func rgbMask() throws {
    let folders = try Folders()
    try Image(width: 2, height: 2, color: Color(128, 0, 0)).writePNG(to: "\(folders.root)/p/a.png")
    try folders.expectFailure(
      """
      p/a.png: an RGB picture, where a mask holds one class id per pixel; \
      map its colours to ids and save it as a palette or grey PNG
      """)
  }

  @Test func zeroByteMask() throws {
    let folders = try Folders()
    try folders.write([], "g/a.png")
    try folders.expectFailure("g/a.png: the file is empty (0 bytes); copy it again")
  }

  @Test func truncatedMask() throws {
    let folders = try Folders()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folders.root)/p/b.png"))
    try folders.write(Array(bytes.dropLast(20)), "p/b.png")
    try folders.expectFailure(
      "p/b.png: truncated: the PNG data ends before the last row; copy the file again")
  }

  @Test func emptyFolder() throws {
    let folders = try Folders()
    try folders.remove("g/a.png")
    try folders.remove("g/b.png")
    try folders.expectFailure("g: holds no PNG file; give the folder that the masks lie in")
  }

  @Test func missingFolder() throws {
    let folders = try Folders()
    try folders.remove("p")
    try folders.expectFailure("p: cannot be read (no such folder); give the path of a folder of masks")
  }

  @Test func fileInsteadOfFolder() throws {
    let folders = try Folders()
    try folders.remove("p")
    try folders.write([1], "p")
    try folders.expectFailure("p: cannot be read (not a folder); give the path of a folder of masks")
  }

  @Test func nothingButIgnoredPixels() throws {
    let folders = try Folders()
    try folders.write(LabelMap(width: 2, height: 2, ids: [255, 255, 255, 255]), "g/a.png")
    try folders.write(LabelMap(width: 3, height: 1, ids: [255, 255, 255]), "g/b.png")
    try folders.expectFailure(
      "g: every pixel is 255 (ignore), so there is nothing to score; check the ground truth")
  }

  @Test func wrongNumberOfClasses() throws {
    try Folders().expectFailure(
      "300: not a number of classes; give 1 to 255, background included, or a file with one name per line",
      classes: "300")
  }

  @Test func classFileWithAGap() throws {
    let folders = try Folders()
    try folders.write(Array("0 background\n2 dog\n".utf8), "classes.txt")
    try folders.expectFailure(
      """
      classes.txt: not a list of classes (the id 2 stands where 1 is due); \
      write one name per line, background first
      """, classes: "classes.txt")
  }

  @Test func emptyIdFile() throws {
    let folders = try Folders()
    try folders.write([], "ids.txt")
    try folders.expectFailure(
      "ids.txt: not a list of ids (it is empty); write one name per line, without .png", ["--ids", "ids.txt"])
  }
}
