import Configuration

/// Which classes of a picture are explained.
enum ClassRequest: Sendable, Equatable {
  /// These classes, counted from 0.
  case named([Int])
  /// As many classes with the highest scores.
  case top(Int)
  /// The classes that the picture is known to hold.
  case labels

  /// Reads `cat,dog`, `top:3` or `labels` for a network of the classes `names`.
  ///
  /// A class may be called `labels`; it counts first. Of a class of several names (`tench, Tinca tinca`),
  /// each will do that no other class has.
  ///
  /// - Throws: `ExplanationError.unknownClass`, `.badTop`.
  init(parsing text: String, names: [String]) throws(ExplanationError) {
    if let index = names.firstIndex(of: text) {
      self = .named([index])
    } else if text == "labels" {
      self = .labels
    } else if text.hasPrefix("top:") {
      guard let count = Int(text.dropFirst(4)), (1...names.count).contains(count) else {
        throw .badTop(text: text, classes: names.count)
      }
      self = .top(count)
    } else {
      self = .named(try Self.indices(text, names))
    }
  }

  /// The classes of a text, each once, in its order; a name may have commas in it.
  private static func indices(_ text: String, _ names: [String]) throws(ExplanationError) -> [Int] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    var indices: [Int] = []
    var start = 0
    while start < parts.count {
      // The longest name that begins here.
      let found = (start..<parts.count).reversed().lazy.compactMap { end in
        index(of: trimmed(parts[start...end].joined(separator: ",")), names).map { (index: $0, end: end) }
      }.first
      guard let found else {
        let name = trimmed(String(parts[start]))
        throw .unknownClass(name: name, nearest: nearest(to: name, among: names), known: names)
      }
      if !indices.contains(found.index) { indices.append(found.index) }
      start = found.end + 1
    }
    return indices
  }

  /// The class of this name, or else the only one that has it among several names, as those of ImageNet have.
  static func index(of name: String, _ names: [String]) -> Int? {
    if let index = names.firstIndex(of: name) { return index }
    guard !name.isEmpty else { return nil }
    let found = names.indices.filter { index in
      names[index].split(separator: ",").contains { trimmed(String($0)) == name }
    }
    return found.count == 1 ? found[0] : nil
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  /// The classes of a picture with these scores, in the order in which they are shown.
  func indices(scores: [Float], labels: () throws -> [Int]) throws -> [Int] {
    switch self {
    case .named(let indices): indices
    case .top(let count): Self.highest(scores, count)
    case .labels: try labels()
    }
  }

  /// The classes with the highest scores from the best on; of equal ones the first.
  static func highest(_ scores: [Float], _ count: Int) -> [Int] {
    let order = scores.indices.sorted {
      scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1]
    }
    return Array(order.prefix(count))
  }
}
