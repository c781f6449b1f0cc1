/// An option that two configurations give different values.
public struct OptionDifference: Equatable, Sendable {
  /// The path of the option, as in `method.schedule.iterations`.
  public let option: String
  /// The value in the first configuration, as in YAML; `none` where it has no such option.
  public let first: String
  /// The value in the second one.
  public let second: String

  /// The options in which `first` and `second` differ, in the order of the first.
  ///
  /// Components of different names are one difference, whatever their options.
  public static func between(_ first: any Encodable, _ second: any Encodable) -> [OptionDifference] {
    between(TreeEncoder.tree(of: first), TreeEncoder.tree(of: second), OptionPath())
  }

  private static func between(_ first: Tree?, _ second: Tree?, _ path: OptionPath) -> [OptionDifference] {
    let (old, new) = (first.map(text) ?? "none", second.map(text) ?? "none")
    guard old != new else { return [] }
    guard let before = first?.entries, let after = second?.entries else {
      return [OptionDifference(option: path.description, first: old, second: new)]
    }
    if let one = first?["name"].map(text), let other = second?["name"].map(text), one != other {
      return [OptionDifference(option: path.description, first: one, second: other)]
    }
    let keys = before.map(\.key) + after.map(\.key).filter { key in !before.contains { $0.key == key } }
    return keys.flatMap { between(first?[$0], second?[$0], path.appending(key: $0)) }
  }

  private static func text(of tree: Tree) -> String {
    switch tree.content {
    case .scalar(let text, _): text
    case .list(let elements): "[" + elements.map(text).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \(text(of: $0.value))" }.joined(separator: ", ") + "}"
    }
  }
}
