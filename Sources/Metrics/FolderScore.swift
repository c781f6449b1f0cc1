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
  /// `ids` (names without `.png`) limits the score to some of them. Files are read on all cores, a few at a
  /// time; the result does not depend on the number of cores.
  ///
  /// - Throws: `ScoreError`; where several files are wrong, the first by name.
  public static func score(
    predictions: String, groundTruth: String, classes: ClassList, ids: [String]? = nil
  ) throws(ScoreError) -> FolderScore {
    let names = try names(predictions: predictions, groundTruth: groundTruth, ids: ids)
    let total = Mutex((matrix: ConfusionMatrix(classes: classes.count), failure: (Int, ScoreError)?.none))
    Parallel.forEach(names.count) { index in
      if let (first, _) = total.withLock({ $0.failure }), first < index { return }
      let result = Result { () throws(ScoreError) in
        try confusion(
          of: "\(predictions)/\(names[index])", with: "\(groundTruth)/\(names[index])",
          classes: classes.count)
      }
      total.withLock { total in
        switch result {
        case .success(let matrix): total.matrix.merge(matrix)
        case .failure(let error):
          if total.failure.map({ index < $0.0 }) ?? true { total.failure = (index, error) }
        }
      }
    }
    let (matrix, failure) = total.withLock { $0 }
    if let (_, error) = failure { throw error }
    guard matrix.total > 0 else { throw .nothingCounted(folder: groundTruth) }
    return FolderScore(matrix: matrix, classes: classes, images: names.count)
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
    predictions: String, groundTruth: String, ids: [String]?
  ) throws(ScoreError) -> [String] {
    let (predicted, truths) = (try masks(in: predictions), try masks(in: groundTruth))
    let wanted = ids.map { Set($0.map { $0 + ".png" }) }
    let missing = (wanted ?? truths).subtracting(predicted).sorted()
    if let name = missing.first {
      throw .missingPrediction(name: name, folder: predictions, others: missing.count - 1)
    }
    let unknown = (wanted ?? predicted).subtracting(truths).sorted()
    if let name = unknown.first {
      throw .missingTruth(name: name, folder: groundTruth, others: unknown.count - 1)
    }
    return (wanted ?? truths).sorted()
  }

  private static func masks(in folder: String) throws(ScoreError) -> Set<String> {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw .cannotList(folder: folder, reason: "no such folder")
    }
    guard isFolder.boolValue else { throw .cannotList(folder: folder, reason: "not a folder") }
    guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw .cannotList(folder: folder, reason: "permission denied")
    }
    let masks = files.filter { $0.hasSuffix(".png") && !$0.hasPrefix(".") }
    if masks.isEmpty { throw .noMasks(folder: folder) }
    return Set(masks)
  }

  private static func confusion(
    of prediction: String, with truth: String, classes: Int
  ) throws(ScoreError) -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: classes)
    try matrix.add(
      prediction: read(prediction), truth: read(truth), name: prediction, truthName: truth)
    return matrix
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
