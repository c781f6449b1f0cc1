public import Files
public import Imaging

/// What can be wrong with masks that are to be scored.
public enum ScoreError: Error, Sendable, Equatable {
  case cannotList(folder: String, reason: String)
  case noMasks(folder: String)
  case sameName(path: String, first: String)
  case otherFormat(path: String, others: Int)
  case missingPrediction(name: String, folder: String, others: Int)
  case missingTruth(name: String, folder: String, others: Int)
  case sizesDiffer(
    prediction: String, width: Int, height: Int, truth: String, truthWidth: Int, truthHeight: Int)
  case noSuchClass(path: String, id: Int, classes: Int)
  case nothingCounted(folder: String)
  case noClassBesideIgnored(folder: String)
  case badClassCount(String)
  case badClassFile(path: String, reason: String)
  case badIdFile(path: String, reason: String)
  case badList(ListError)
  case badMask(ImageError)
}

extension ScoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotList(let folder, let reason):
      "\(folder): cannot be read (\(reason)); give the path of a folder of masks"
    case .noMasks(let folder):
      "\(folder): holds no PNG file; give the folder that the masks lie in"
    case .sameName(let path, let first):
      "\(path): \(first) is the mask of the same picture; rename or remove one of the two"
    case .otherFormat(let path, let others):
      """
      \(path): is no PNG file\(Self.and(others)), but the ground truth has a picture of this name as well, \
      and both would be left out; save masks as PNG, or list the ids to score with --ids
      """
    case .missingPrediction(let name, let folder, let others):
      """
      \(folder)/\(name): there is no such prediction\(Self.and(others)), but there is a ground truth; \
      predict it, or list the ids to score with --ids
      """
    case .missingTruth(let name, let folder, let others):
      """
      \(folder)/\(name): there is no such ground truth\(Self.and(others)), but there is a prediction; \
      add it, or list the ids to score with --ids
      """
    case .sizesDiffer(let prediction, let width, let height, let truth, let truthWidth, let truthHeight):
      """
      \(prediction): \(width) × \(height) pixels, but \(truth) has \(truthWidth) × \(truthHeight); \
      resize the prediction to the size of the picture by nearest neighbour
      """
    case .noSuchClass(let path, let id, let classes):
      """
      \(path): holds the class id \(id), but \(classes) classes have the ids 0 to \(classes - 1) and 255 for \
      ignore; give the number of classes including background, or renumber the mask
      """
    case .nothingCounted(let folder):
      "\(folder): every pixel is 255 (ignore), so there is nothing to score; check the ground truth"
    case .noClassBesideIgnored(let folder):
      """
      \(folder): the masks hold no class beside background and 255, which means ignore; where 255 is the \
      object, write its class id instead
      """
    case .badClassCount(let text):
      "\(text): not a number of classes; give 1 to 255, background included, or a file with one name per line"
    case .badClassFile(let path, let reason):
      "\(path): not a list of classes (\(reason)); write one name per line, background first"
    case .badIdFile(let path, let reason):
      "\(path): not a list of ids (\(reason)); write one name per line, without .png"
    case .badList(let error):
      "\(error)"
    case .badMask(let error):
      "\(error)"
    }
  }

  private static func and(_ others: Int) -> String { others == 0 ? "" : " (nor \(others) more)" }
}
