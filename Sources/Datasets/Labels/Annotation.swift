import Files
import Foundation

/// The annotation files of a folder, found in either case of their ending.
struct Annotations {
  private let folder: String
  private let others: [String: String]

  init(_ folder: String) {
    self.folder = folder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let odd = names.filter { $0.lowercased().hasSuffix(".xml") && !$0.hasSuffix(".xml") }.sorted()
    others = Dictionary(odd.map { (String($0.dropLast(4)), folder + "/" + $0) }) { first, _ in first }
  }

  /// Where the annotation of an image lies.
  ///
  /// - Throws: `DatasetError.unreadable` if there is none.
  func path(of id: String) throws(DatasetError) -> String {
    let path = folder + "/" + id + ".xml"
    if FileManager.default.fileExists(atPath: path) { return path }
    guard let other = others[id] else { throw .unreadable(path: path, reason: "no such file") }
    return other
  }
}

/// The names of the objects in a VOC annotation file, in their order.
///
/// Only the `name` of an `object` counts, not that of a body part inside one. Comments, CDATA sections and
/// entities are understood as XML defines them. Files are UTF-8, UTF-16 with its mark, or in the single bytes
/// that they declare (ISO-8859-1 or windows-1252); another encoding is refused.
func readAnnotation(_ path: String) throws(DatasetError) -> [String] {
  let text: String
  do throws(ListError) { text = try TextFile.read(path) } catch {
    guard let bytes = declaredText(of: path) else { throw .list(error) }
    text = bytes
  }
  guard text.contains("<annotation") else {
    throw .annotation(path: path, reason: "it has no annotation element")
  }
  var reader = AnnotationReader(rest: text[...])
  do throws(AnnotationReader.Malformed) { return try reader.names() } catch {
    throw .annotation(path: path, reason: error.reason)
  }
}

/// The text of a file that declares an encoding of single bytes; `nil` for every other.
private func declaredText(of path: String) -> String? {
  guard isFile(path), let data = FileManager.default.contents(atPath: path) else { return nil }
  let start = String(decoding: data.prefix(200), as: UTF8.self).prefix { $0 != ">" }.lowercased()
  guard start.hasPrefix("<?xml"), start.contains("encoding") else { return nil }
  if start.contains("iso-8859-1\"") || start.contains("iso-8859-1'") {
    return String(data: data, encoding: .isoLatin1)
  }
  return start.contains("windows-1252") ? String(data: data, encoding: .windowsCP1252) : nil
}

/// Walks over the elements of an annotation.
private struct AnnotationReader {
  struct Malformed: Error {
    let reason: String
  }

  var rest: Substring
  /// The elements that are open, outermost first.
  private var open: [Substring] = []
  /// The characters since the last tag.
  private var text = ""

  init(rest: Substring) { self.rest = rest }

  mutating func names() throws(Malformed) -> [String] {
    var names: [String] = []
    while let start = rest.firstIndex(of: "<") {
      text += try Self.decoded(rest[..<start])
      rest = rest[start...]
      if rest.hasPrefix("<!--") {
        _ = try skip("<!--", to: "-->", "a comment")
      } else if rest.hasPrefix("<![CDATA[") {
        text += try skip("<![CDATA[", to: "]]>", "a CDATA section")
      } else if rest.hasPrefix("<?") {
        _ = try skip("<?", to: "?>", "an instruction")
      } else if rest.hasPrefix("<!") {
        try skipDeclaration()
      } else if let name = try element() {
        names.append(name)
      }
    }
    guard open.isEmpty else { throw Malformed(reason: "the file ends early") }
    return names
  }

  /// Passes a tag; returns the name of an object when its element ends.
  private mutating func element() throws(Malformed) -> String? {
    let tag = try skip("<", to: ">", "a tag")
    defer { text = "" }
    if tag.hasSuffix("/") { return nil }
    guard tag.hasPrefix("/") else {
      open.append(tag.prefix { !$0.isWhitespace })
      guard open.count <= 64 else { throw Malformed(reason: "its elements are nested more than 64 deep") }
      return nil
    }
    let name = tag.dropFirst().prefix { !$0.isWhitespace }
    guard let last = open.popLast(), last == name else {
      throw Malformed(reason: "the tag <\(tag.prefix(40))> closes nothing")
    }
    guard last == "name", open.last == "object" else { return nil }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private mutating func skip(_ start: String, to end: String, _ what: String) throws(Malformed) -> Substring {
    let body = rest.dropFirst(start.count)
    guard let range = body.firstRange(of: end) else {
      throw Malformed(reason: "the file ends inside \(what)")
    }
    rest = body[range.upperBound...]
    return body[..<range.lowerBound]
  }

  /// Passes a document type; entities that it would declare are not expanded but refused where they are used.
  private mutating func skipDeclaration() throws(Malformed) {
    var depth = 0
    while let character = rest.popFirst() {
      if character == "<" || character == "[" { depth += 1 }
      if character == ">" || character == "]" { depth -= 1 }
      if depth == 0 { return }
    }
    throw Malformed(reason: "the file ends inside a declaration")
  }

  private static let entities: [Substring: String] = [
    "lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'",
  ]

  /// The text with its entities replaced.
  private static func decoded(_ text: Substring) throws(Malformed) -> String {
    var (result, rest) = ("", text)
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      let body = rest[rest.index(after: start)...]
      guard let end = body.firstIndex(of: ";") else { throw Malformed(reason: "an & that begins no entity") }
      let name = body[..<end]
      let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.dropFirst()
      let code = name.hasPrefix("#") ? UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10) : nil
      guard let character = entities[name] ?? code.flatMap(Unicode.Scalar.init).map({ String(Character($0)) })
      else {
        throw Malformed(reason: "the unknown entity &\(name.prefix(40));")
      }
      result += character
      rest = body[body.index(after: end)...]
    }
    return result + rest
  }
}
