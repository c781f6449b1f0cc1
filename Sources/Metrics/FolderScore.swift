import Autograd
import Files
import Foundation
import Imaging
import Synchronization

/// The score of a folder of predicted masks against a folder of true ones.
public struct FolderScore: Sendable, Equatable {
  /// The pixel counts of all pictures together.
  public let matrix: ConfusionMatrix
  /// What the classes are called.
  public let classes: ClassList
  /// The number of pictures behind the score.
  public let images: Int

  /// Scores every PNG of one folder against the one of the same name in the other.
  ///
  /// Both folders have to hold the same names, so that a prediction that failed is not left out silently;
  /// `ids` (names without `.png`) limits the score to some of them. A picture that both hold in another
  /// format is refused, for the same reason. Files are read on all cores, a few at a
  /// time; the result does not depend on the number of cores.
  ///
  /// - Throws: `ScoreError`; where several files are wrong, the first by name.
  public static func score(
    predictions: String, groundTruth: String, classes: ClassList, ids: [String]? = nil
  ) throws(ScoreError) -> FolderScore {
    let (predicted, truths) = (try MaskFolder(predictions), try MaskFolder(groundTruth))
    let names = try names(predicted, truths, ids)
    let total = Mutex(
      (count: Count(classes: classes.count), failure: (Int, ScoreError)?.none))
    Parallel.forEach(names.count) { index in
      if let (first, _) = total.withLock({ $0.failure }), first < index { return }
      let result = Result { () throws(ScoreError) in
        try Count(
          of: predicted.path(of: names[index]), with: truths.path(of: names[index]), classes: classes.count)
      }
      total.withLock { total in
        switch result {
        case .success(let count): total.count.merge(count)
        case .failure(let error):
          if total.failure.map({ index < $0.0 }) ?? true { total.failure = (index, error) }
        }
      }
    }
    let (count, failure) = total.withLock { $0 }
    if let (_, error) = failure { throw error }
    try count.requireClasses(predictions: predictions, groundTruth: groundTruth)
    return FolderScore(matrix: count.matrix, classes: classes, images: names.count)
  }

  /// The names of a list of images under the rules of `TextList.ids(of:)`.
  ///
  /// - Throws: `ScoreError.badIdFile` if the file cannot be read or names nothing, `.badList` if a name
  ///   stands twice.
  public static func ids(of path: String) throws(ScoreError) -> [String] {
    let ids: [String]
    do {
      ids = try TextList.ids(of: path)
    } catch .unreadable(_, let reason) {
      throw .badIdFile(path: path, reason: reason)
    } catch {
      throw .badList(error)
    }
    if ids.isEmpty { throw .badIdFile(path: path, reason: "it is empty") }
    return ids
  }

  /// The names to score, sorted.
  private static func names(
    _ predicted: MaskFolder, _ truths: MaskFolder, _ ids: [String]?
  ) throws(ScoreError) -> [String] {
    func sorted(_ names: Set<String>) -> [String] { names.sorted { $0 + ".png" < $1 + ".png" } }
    let (hasPrediction, hasTruth) = (Set(predicted.files.keys), Set(truths.files.keys))
    let wanted = ids.map(Set.init)
    let missing = sorted((wanted ?? hasTruth).subtracting(hasPrediction))
    if let id = missing.first {
      throw .missingPrediction(
        name: truths.files[id] ?? id + ".png", folder: predicted.path, others: missing.count - 1)
    }
    let unknown = sorted((wanted ?? hasPrediction).subtracting(hasTruth))
    if let id = unknown.first {
      throw .missingTruth(
        name: predicted.files[id] ?? id + ".png", folder: truths.path, others: unknown.count - 1)
    }
    if wanted == nil {
      let leftOut = sorted(
        Set(predicted.others.keys).intersection(truths.others.keys).subtracting(hasTruth))
      if let id = leftOut.first, let name = predicted.others[id] {
        throw .otherFormat(path: "\(predicted.path)/\(name)", others: leftOut.count - 1)
      }
    }
    return sorted(wanted ?? hasTruth)
  }
}

/// What is counted of one picture or of all.
private struct Count: Sendable {
  var matrix: ConfusionMatrix
  /// Whether 255 stands in a prediction or in a ground truth.
  var ignored = (prediction: false, truth: false)

  init(classes: Int) { matrix = ConfusionMatrix(classes: classes) }

  init(of prediction: String, with truth: String, classes: Int) throws(ScoreError) {
    self.init(classes: classes)
    let maps = (prediction: try Self.read(prediction), truth: try Self.read(truth))
    try matrix.add(prediction: maps.prediction, truth: maps.truth, name: prediction, truthName: truth)
    ignored = (maps.prediction.ids.contains(255), maps.truth.ids.contains(255))
  }

  mutating func merge(_ other: Count) {
    matrix.merge(other.matrix)
    ignored = (
      ignored.prediction || other.ignored.prediction, ignored.truth || other.ignored.truth
    )
  }

  /// Refuses folders where 255 seems to stand for the object, so that background alone would be scored.
  func requireClasses(predictions: String, groundTruth: String) throws(ScoreError) {
    guard matrix.total > 0 else { throw .nothingCounted(folder: groundTruth) }
    guard matrix.classes > 1 else { return }
    let classes = 1..<matrix.classes
    let isTrue = classes.contains { matrix.truths($0) > 0 }
    if ignored.truth, !isTrue { throw .noClassBesideIgnored(folder: groundTruth) }
    if ignored.prediction, isTrue, !classes.contains(where: { matrix.predictions($0) > 0 }) {
      throw .noClassBesideIgnored(folder: predictions)
    }
  }

  private static func read(_ path: String) throws(ScoreError) -> LabelMap {
    do {
      return try LabelMap(contentsOf: path)
    } catch {
      throw .badMask(error)
    }
  }
}

extension FolderScore {
  /// One line of JSON: percent with all digits, `null` for a class that occurs in neither folder.
  public var json: String {
    let score: JSON = [
      "mIoU": JSON(matrix.meanIoU * 100),
      "perClassIoU": .list(matrix.perClassIoU.map { JSON($0.map { $0 * 100 }) }),
      "pixelAccuracy": JSON(matrix.pixelAccuracy * 100), "images": JSON(images),
    ]
    return score.compact
  }
}

extension FolderScore: CustomStringConvertible {
  /// A table with one row per class, then the means; percent with two digits.
  public var description: String {
    let width = max(classes.names.map(\.count).max() ?? 0, "pixel accuracy".count) + 2
    func row(_ name: String, _ value: Double?) -> String {
      let value = value.map { String(format: "%6.2f", $0 * 100) } ?? "     —"
      return name + String(repeating: " ", count: width - name.count) + value
    }
    var rows = zip(classes.names, matrix.perClassIoU).map { row($0, $1) }
    rows.append(String(repeating: "─", count: width + 6))
    rows.append(row("mIoU", matrix.meanIoU))
    rows.append(row("pixel accuracy", matrix.pixelAccuracy))
    rows.append("\(images) image\(images == 1 ? "" : "s"); IoU in percent")
    if matrix.perClassIoU.contains(where: { $0 == nil }) {
      rows.append("— occurs neither in the ground truth nor in a prediction; left out of the mean")
    }
    return rows.joined(separator: "\n")
  }
}
