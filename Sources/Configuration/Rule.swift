/// A range with two ends, so that no option takes a number of any size.
public protocol BoundedRange<Bound>: RangeExpression {}

extension ClosedRange: BoundedRange {}
extension Range: BoundedRange {}

/// What the value of an option may be, and how another value is refused: "is 0; use 1 to 9".
public struct Rule<Value>: Sendable {
  /// What to do if the rule is broken, said of one value.
  private let remedy: String
  /// The same, said of the elements of a list.
  private let remedyForList: String
  private let finding: @Sendable (Value) -> String
  private let holds: @Sendable (Value) -> Bool

  private init(
    _ remedy: String, forList: String? = nil,
    finding: @escaping @Sendable (Value) -> String = { "is \($0)" },
    holds: @escaping @Sendable (Value) -> Bool
  ) {
    self.remedy = remedy
    remedyForList = forList ?? remedy
    self.finding = finding
    self.holds = holds
  }

  /// A rule of its own; `remedy` completes the sentence "<option>: is <value>; …".
  public static func `where`(_ remedy: String, _ holds: @escaping @Sendable (Value) -> Bool) -> Rule {
    Rule(remedy, holds: holds)
  }

  /// What is wrong with `value` and what to do; `nil` if it meets the rule.
  public func problem(of value: Value) -> String? { holds(value) ? nil : "\(finding(value)); \(remedy)" }
}

/// Numbers; one that is not a number meets none of these rules.
extension Rule where Value: Comparable & Sendable {
  /// A value in a range, as in `.within(1...9)`; "use 1 to 9", "use a number from 0 to below 1".
  public static func within(_ range: some BoundedRange<Value> & Sendable) -> Rule {
    let words = wording(of: range)
    return Rule(words.remedy, forList: words.forList) { range.contains($0) }
  }

  /// A value above `lower` and not above `upper`; "use a number above 0 and up to 1".
  public static func above(_ lower: Value, upTo upper: Value) -> Rule {
    let bounds = "above \(text(lower)) and up to \(text(upper))"
    return Rule("use a number \(bounds)", forList: "use numbers \(bounds)") { $0 > lower && $0 <= upper }
  }

  /// A value above `lower` and below `upper`; "use a number between 0 and 1".
  public static func between(_ lower: Value, _ upper: Value) -> Rule {
    let bounds = "between \(text(lower)) and \(text(upper))"
    return Rule("use a number \(bounds)", forList: "use numbers \(bounds)") { $0 > lower && $0 < upper }
  }

  private static func wording(of range: some BoundedRange<Value>) -> (remedy: String, forList: String) {
    let isWhole = Value.self is any BinaryInteger.Type
    switch range {
    case let range as ClosedRange<Value> where range.lowerBound == range.upperBound:
      return ("use \(text(range.lowerBound))", "use \(text(range.lowerBound)) only")
    case let range as ClosedRange<Value>:
      let bounds = "\(text(range.lowerBound)) to \(text(range.upperBound))"
      return (isWhole ? "use \(bounds)" : "use a number from \(bounds)", "use numbers from \(bounds)")
    case let range as Range<Value>:
      let bounds = "\(text(range.lowerBound)) to below \(text(range.upperBound))"
      return (isWhole ? "use \(bounds)" : "use a number from \(bounds)", "use numbers from \(bounds)")
    default: return ("use one in \(range)", "use some in \(range)")
    }
  }

  /// A bound as it is spoken of: 1 rather than 1.0.
  private static func text(_ bound: Value) -> String {
    let text = "\(bound)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension Rule where Value: Equatable & Sendable {
  /// One of some values; "use 8, 16 or 32".
  public static func oneOf(_ values: [Value]) -> Rule {
    let names = values.map { "\($0)" }
    let choice = [names.dropLast().joined(separator: ", "), names.last ?? "nothing"].filter { !$0.isEmpty }
    let list = choice.joined(separator: " or ")
    return Rule("use \(list)", forList: "use \(list) for each") { values.contains($0) }
  }
}

/// Lists and optionals.
extension Rule {
  /// A list of values that all meet `rule`, with at least one unless it `mayBeEmpty`; "use numbers above 0",
  /// or the `remedy` that is given.
  public static func each<Element>(
    _ rule: Rule<Element>, mayBeEmpty: Bool = false, remedy: String? = nil
  ) -> Rule where Value == [Element] {
    Rule(remedy ?? rule.remedyForList) { list in
      (mayBeEmpty || !list.isEmpty) && list.allSatisfy(rule.holds)
    }
  }

  /// A list with at least one element; "is empty; …".
  public static func notEmpty<Element>(_ remedy: String) -> Rule where Value == [Element] {
    Rule(remedy, finding: { _ in "is empty" }, holds: { !$0.isEmpty })
  }

  /// A list of so many elements; "holds 13 numbers; use at most 12", or "use 1 to 12".
  public static func count<Element>(_ range: ClosedRange<Int>) -> Rule where Value == [Element] {
    let rule = Rule<Int>.within(range)
    let remedy = range.lowerBound == 0 ? "use at most \(range.upperBound)" : rule.remedy
    let noun = Element.self is any Numeric.Type ? "number" : "element"
    return Rule(remedy, finding: { "holds \($0.count) \(noun)\($0.count == 1 ? "" : "s")" }) {
      rule.holds($0.count)
    }
  }

  /// Nothing, or a value that meets `rule`.
  public static func ifPresent<Wrapped>(_ rule: Rule<Wrapped>) -> Rule where Value == Wrapped? {
    Rule(
      rule.remedy, forList: rule.remedyForList, finding: { $0.map(rule.finding) ?? "is none" },
      holds: { $0.map(rule.holds) ?? true })
  }
}

extension Rule {
  /// A word, or a number in a range; "use a number from 0 to 1, or seeds".
  public static func numberOr<Word>(_ range: ClosedRange<Float>) -> Rule where Value == NumberOr<Word> {
    let rule = Rule<Float>.within(range)
    return Rule("\(rule.remedy), or \(Value.words)") { value in
      if case .number(let number) = value { rule.holds(number) } else { true }
    }
  }
}
