import Foundation

/// The names of the objects in a VOC annotation file, in their order.
///
/// Only the `name` of an `object` counts, not that of a body part inside one.
func readAnnotation(_ path: String) throws(DatasetError) -> [String] {
  guard let data = FileManager.default.contents(atPath: path) else {
    throw .unreadable(path: path, reason: "no such file or no permission")
  }
  var rest = Substring(String(decoding: data, as: UTF8.self))
  guard rest.contains("<annotation") else {
    throw .annotation(path: path, reason: "it has no annotation element")
  }
  var open: [Substring] = []
  var names: [String] = []
  while let start = rest.firstIndex(of: "<") {
    let text = rest[..<start]
    guard let end = rest[start...].firstIndex(of: ">") else {
      throw .annotation(path: path, reason: "the file ends inside a tag")
    }
    let tag = rest[rest.index(after: start)..<end]
    rest = rest[rest.index(after: end)...]
    if tag.hasPrefix("?") || tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
    guard tag.hasPrefix("/") else {
      open.append(tag.prefix { !$0.isWhitespace })
      continue
    }
    guard let last = open.popLast(), last == tag.dropFirst() else {
      throw .annotation(path: path, reason: "the tag <\(tag)> closes nothing")
    }
    if last == "name", open.last == "object" {
      names.append(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }
  guard open.isEmpty else { throw .annotation(path: path, reason: "the file ends early") }
  return names
}
