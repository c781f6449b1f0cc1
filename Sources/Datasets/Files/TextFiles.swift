import Foundation
import Imaging

/// The picture of a file.
func readImage(_ path: String, id: String) throws(DatasetError) -> Image {
  guard FileManager.default.fileExists(atPath: path) else { throw .missingImage(id: id, path: path) }
  do { return try Image(contentsOf: path) } catch { throw .image(error) }
}

/// The mask of a file.
func readMask(_ path: String, id: String) throws(DatasetError) -> LabelMap {
  guard FileManager.default.fileExists(atPath: path) else { throw .missingMask(id: id, path: path) }
  do { return try LabelMap(contentsOf: path) } catch { throw .image(error) }
}

/// One line of a text file that is neither empty nor a comment.
struct Line {
  let place: DatasetError.Place
  let text: String
}

/// The lines of a text file without surrounding space; empty ones and those that begin with # are left out.
func readLines(_ path: String) throws(DatasetError) -> [Line] {
  let text: String
  do {
    text = try String(contentsOfFile: path, encoding: .utf8)
  } catch {
    throw .unreadable(path: path, reason: "no UTF-8 text file")
  }
  return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
    number, line in
    let line = line.trimmingCharacters(in: .whitespaces.union(["\u{FEFF}"]))
    guard !line.isEmpty, !line.hasPrefix("#") else { return nil }
    return Line(place: DatasetError.Place(path: path, line: number + 1), text: line)
  }
}

/// The names of an image list: the first word of each line.
///
/// A line `/JPEGImages/x.jpg /SegmentationClass/x.png`, as in the lists of some repositories, names `x`.
func readIdentifiers(_ path: String, split: String) throws(DatasetError) -> [String] {
  var seen: [String: Int] = [:]
  var ids: [String] = []
  for line in try readLines(path) {
    let word = line.text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? line.text
    let id = identifier(ofFile: word)
    if let first = seen.updateValue(line.place.line, forKey: id) {
      throw .duplicateIdentifier(line.place, id: id, first: first)
    }
    ids.append(id)
  }
  guard !ids.isEmpty else { throw .emptySplit(split: split, source: path) }
  return ids
}

/// The file endings of pictures.
let imageExtensions: Set<String> = ["jpg", "jpeg", "png"]

/// The name of an image: its file name without folder and, if it is a picture's, without ending.
func identifier(ofFile name: String) -> String {
  let file = name.split(separator: "/").last.map(String.init) ?? name
  guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
  let ending = file[file.index(after: dot)...].lowercased()
  return imageExtensions.contains(ending) ? String(file[..<dot]) : file
}
