import Foundation

/// The names of a split file: the first word of each line, as in VOC's `ImageSets/Segmentation/val.txt`.
///
/// - Throws: `ScoreError.badIdFile` if the file cannot be read or names nothing.
public func readIdList(_ path: String) throws(ScoreError) -> [String] {
  guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
    throw .badIdFile(path: path, reason: "no such text file")
  }
  let ids = content.split(whereSeparator: \.isNewline).compactMap { line in
    line.split(whereSeparator: \.isWhitespace).first.map(String.init)
  }
  if ids.isEmpty { throw .badIdFile(path: path, reason: "it is empty") }
  return ids
}
