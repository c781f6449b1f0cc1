import Foundation

/// The names of the foreground classes in a file.
///
/// Either one name per line in the order of the ids from 1 (a first line "background" is left out), or lines
/// `id name`, where 0 is the background, 255 is ignored, and the others are 1, 2, … without a gap.
func readClasses(_ path: String) throws(DatasetError) -> [String] {
  var names: [String] = []
  var isNumbered: Bool?
  for line in try readLines(path) {
    let words = line.text.split(separator: " ", maxSplits: 1).map(String.init)
    let id = words.count == 2 ? Int(words[0]) : nil
    if isNumbered == nil { isNumbered = id != nil }
    var name = line.text
    if isNumbered == true {
      guard let id else {
        throw .malformedLine(line.place, text: line.text, expected: "an id and a name, as in the lines above")
      }
      if id == 0 || id == 255 { continue }
      guard id == names.count + 1 else {
        throw .malformedLine(line.place, text: line.text, expected: "the id \(names.count + 1)")
      }
      name = words[1].trimmingCharacters(in: .whitespaces)
    } else if names.isEmpty, ["background", "_background_", "__background__"].contains(name.lowercased()) {
      continue
    }
    guard !names.contains(name) else { throw .duplicateClass(line.place, name: name) }
    names.append(name)
  }
  guard !names.isEmpty else { throw .noClasses(path: path) }
  return names
}

/// The classes of PASCAL VOC in the order of their ids, 1 to 20.
let vocClasses = [
  "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog",
  "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
]
