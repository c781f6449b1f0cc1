import Autograd
import Foundation
import Imaging
import Metrics
import TestSupport
import Testing

@Suite struct FolderScoreTests {
  private let truth = [
    "a": LabelMap(width: 3, height: 2, ids: [0, 0, 1, 1, 255, 2]),
    "b": LabelMap(width: 2, height: 1, ids: [0, 1]),
  ]
  private let prediction = [
    "a": LabelMap(width: 3, height: 2, ids: [0, 1, 1, 255, 1, 2]),
    "b": LabelMap(width: 2, height: 1, ids: [0, 1]),
  ]

  /// Writes the masks to two folders and hands over their paths.
  private func withFolders<Result>(
    _ body: (_ predictions: String, _ truths: String) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { root in
      for (folder, masks) in [("predictions", prediction), ("truths", truth)] {
        try FileManager.default.createDirectory(
          atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        for (name, mask) in masks { try mask.writePNG(to: "\(root)/\(folder)/\(name).png") }
      }
      return try body("\(root)/predictions", "\(root)/truths")
    }
  }

  private func expectedMatrix(classes: Int) throws -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: classes)
    for (name, mask) in prediction { matrix.add(prediction: mask, truth: try #require(truth[name])) }
    return matrix
  }

  @Test(arguments: ["predictions", "truths"])
  func foldersOfBackgroundAnd255AreRefused(_ folder: String) throws {
    try withFolders { predictions, truths in
      let wrong = folder == "truths" ? truths : predictions
      for (name, mask) in truth {
        var mask = mask
        mask.ids = mask.ids.map { $0 == 0 ? 0 : 255 }
        try mask.writePNG(to: "\(wrong)/\(name).png")
      }
      let error = #expect(throws: ScoreError.self) {
        _ = try FolderScore.score(
          predictions: predictions, groundTruth: truths, classes: ClassList(count: 4))
      }
      #expect(
        error?.description == """
          \(wrong): the masks hold no class beside background and 255, which means ignore; where 255 is the \
          object, write its class id instead
          """)
    }
  }

  @Test func picturesAreMatchedByName() throws {
    try withFolders { predictions, truths in
      let score = try FolderScore.score(
        predictions: predictions, groundTruth: truths, classes: ClassList(count: 4))
      #expect(score.images == 2)
      #expect(score.matrix == (try expectedMatrix(classes: 4)))
    }
  }

  /// The case of the ending and the composition of letters do not matter, on either side.
  @Test func namesOfOneMeaningAreMatched() throws {
    try withFolders { predictions, truths in
      let files = FileManager.default
      try files.moveItem(atPath: "\(predictions)/a.png", toPath: "\(predictions)/\u{e9}.PNG")
      try files.moveItem(atPath: "\(truths)/a.png", toPath: "\(truths)/e\u{301}.png")
      for ids in [nil, ["b", "\u{e9}"], ["b", "e\u{301}"]] {
        let score = try FolderScore.score(
          predictions: predictions, groundTruth: truths, classes: ClassList(count: 4), ids: ids)
        #expect(score.images == 2)
        #expect(score.matrix == (try expectedMatrix(classes: 4)))
      }
    }
  }

  @Test func whatBothFoldersHoldIsNotLeftOut() throws {
    try withFolders { predictions, truths in
      func score(_ ids: [String]? = nil) throws -> FolderScore {
        try FolderScore.score(
          predictions: predictions, groundTruth: truths, classes: ClassList(count: 4), ids: ids)
      }
      for name in ["a.jpg", "c.JPG"] { try Data().write(to: URL(fileURLWithPath: "\(truths)/\(name)")) }
      #expect(try score().images == 2)
      for name in ["a.jpg", "c.tif"] { try Data().write(to: URL(fileURLWithPath: "\(predictions)/\(name)")) }
      let left = #expect(throws: ScoreError.self) { try score() }
      #expect(
        left?.description == """
          \(predictions)/c.tif: is no PNG file, but the ground truth has a picture of this name as well, and \
          both would be left out; save masks as PNG, or list the ids to score with --ids
          """)
      #expect(try score(["a", "b"]).images == 2)
      try truth["b"]?.writePNG(to: "\(truths)/b.PNG")
      let twice = #expect(throws: ScoreError.self) { try score() }
      #expect(
        twice?.description
          == "\(truths)/b.png: b.PNG is the mask of the same picture; rename or remove one of the two")
    }
  }

  @Test func numberOfThreadsDoesNotMatter() throws {
    try withFolders { predictions, truths in
      func score() throws -> FolderScore {
        try FolderScore.score(predictions: predictions, groundTruth: truths, classes: ClassList(count: 3))
      }
      let alone = try Parallel.$threadLimit.withValue(1) { try score() }
      let together = try Parallel.$threadLimit.withValue(7) { try score() }
      #expect(alone == together)
    }
  }

  @Test func idsLimitTheScore() throws {
    try withFolders { predictions, truths in
      try FileManager.default.removeItem(atPath: "\(predictions)/a.png")
      let score = try FolderScore.score(
        predictions: predictions, groundTruth: truths, classes: ClassList(count: 2), ids: ["b"])
      #expect(score.images == 1 && score.matrix.meanIoU == 1)
    }
  }

  @Test func idsAreReadFromAList() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/ids.txt"
      func ids(_ text: String) throws -> [String] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try FolderScore.ids(of: path)
      }
      #expect(try ids("b.png\r\n# not c\na  d\n") == ["b", "a"])
      #expect(throws: ScoreError.badIdFile(path: path, reason: "it is empty")) { try ids("\n") }
      let error = #expect(throws: ScoreError.self) { try ids("a\nb\na\n") }
      #expect(error?.description == "\(path):3: \"a\" stands in line 1 already; remove one of the two")
    }
    #expect(throws: ScoreError.badIdFile(path: "/nowhere/ids.txt", reason: "no such file")) {
      try FolderScore.ids(of: "/nowhere/ids.txt")
    }
  }

  @Test func jsonHasAllDigitsAndNulls() throws {
    try withFolders { predictions, truths in
      let json = try FolderScore.score(
        predictions: predictions, groundTruth: truths, classes: ClassList(count: 4)
      ).json
      // Background 2 of 4, class 1: 2 of 4, class 2: 1 of 1.
      #expect(
        json
          == """
          {"mIoU":66.66666666666666,"perClassIoU":[50.0,50.0,100.0,null],\
          "pixelAccuracy":71.42857142857143,"images":2}
          """)
      let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
      #expect(parsed?["images"] as? Int == 2)
    }
  }

  @Test func tableNamesTheClasses() throws {
    try withFolders { predictions, truths in
      let classes = ClassList(names: ["background", "cat", "dog", "cow"])
      let score = try FolderScore.score(predictions: predictions, groundTruth: truths, classes: classes)
      #expect(
        score.description
          == """
          background       50.00
          cat              50.00
          dog             100.00
          cow                  —
          ──────────────────────
          mIoU             66.67
          pixel accuracy   71.43
          2 images; IoU in percent
          — occurs neither in the ground truth nor in a prediction; left out of the mean
          """)
    }
  }

  @Test func firstBadFileByNameIsReported() throws {
    try withFolders { predictions, truths in
      try Data().write(to: URL(fileURLWithPath: "\(predictions)/a.png"))
      try Data().write(to: URL(fileURLWithPath: "\(predictions)/b.png"))
      #expect(throws: ScoreError.badMask(.empty(path: "\(predictions)/a.png"))) {
        try FolderScore.score(predictions: predictions, groundTruth: truths, classes: ClassList(count: 3))
      }
    }
  }
}
