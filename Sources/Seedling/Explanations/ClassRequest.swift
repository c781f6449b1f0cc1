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
  /// A class may be called `labels`; it counts first. A name with a comma in it is found as a whole.
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

  /// The classes of a text, each once, in its order.
  private static func indices(_ text: String, _ names: [String]) throws(ExplanationError) -> [Int] {
    var indices: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      guard let index = names.firstIndex(of: name) else {
        throw .unknownClass(name: name, nearest: nearest(to: name, among: names), known: names)
      }
      if !indices.contains(index) { indices.append(index) }
    }
    return indices
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
