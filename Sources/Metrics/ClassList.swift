import Files

/// The classes of a folder of masks: how many there are, and what they are called if that is known.
public struct ClassList: Sendable, Equatable {
  /// The names by id, background first; numbers where no names were given.
  public let names: [String]

  /// The number of classes, background included.
  public var count: Int { names.count }

  /// Creates a list of named classes.
  public init(names: [String]) {
    self.names = names
  }

  /// Creates a list of `count` classes that are called by their ids.
  public init(count: Int) {
    names = (0..<count).map { "\($0)" }
  }

  /// Reads a number of classes, or the path of a class list under the rules of `ClassNames`.
  ///
  /// A list need not name the background, as that of a run and of a data set does not.
  ///
  /// - Throws: `ScoreError.badClassCount`, `.badClassFile` or `.badList`.
  public init(parsing text: String) throws(ScoreError) {
    if let count = Int(text) {
      guard (1...255).contains(count) else { throw .badClassCount(text) }
      self.init(count: count)
      return
    }
    let listed: ClassNames
    do {
      listed = try ClassNames(contentsOf: text)
    } catch .unreadable {
      throw .badClassCount(text)
    } catch .idOutOfTurn(_, let id, let expected) {
      throw .badClassFile(path: text, reason: "the id \(id) stands where \(expected) is due")
    } catch {
      throw .badList(error)
    }
    let names = [listed.background ?? "background"] + listed.foreground
    let named = listed.foreground.count + (listed.background == nil ? 0 : 1)
    guard named > 0, names.count <= 255 else {
      throw .badClassFile(path: text, reason: "it names \(named) classes")
    }
    self.init(names: names)
  }
}
