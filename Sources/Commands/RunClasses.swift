import Files
import Foundation
import Metrics
import Training

extension ClassList {
  /// Reads what `evaluate --classes` names: the class list of a run word by word, since a class may be called
  /// as no other list could name it; all else under the rules of `ClassList.init(parsing:)`.
  ///
  /// - Throws: `ScoreError.badClassCount`, `.badClassFile` or `.badList`.
  init(ofRunOrParsing text: String) throws(ScoreError) {
    let folder = URL(fileURLWithPath: text).deletingLastPathComponent().path
    let isOfRun =
      URL(fileURLWithPath: text).lastPathComponent == RunDirectory.classFile
      && [RunDirectory.configFile, RunDirectory.dataFile].allSatisfy {
        FileManager.default.fileExists(atPath: folder + "/" + $0)
      }
    guard isOfRun, let names = try? TextFile.read(text).split(separator: "\n").map(String.init),
      (1...ClassNames.limit).contains(names.count)
    else {
      try self.init(parsing: text)
      return
    }
    self.init(names: ["background"] + names)
  }
}
