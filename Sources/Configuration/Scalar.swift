/// The reading of scalars: text becomes a value of the type that an option has, never of the type it looks
/// like.
enum Scalar {
  static let absent: Set<String> = ["", "~", "null", "Null", "NULL", "none", "None"]
  private static let yes: Set<String> = ["true", "yes", "on"]
  private static let no: Set<String> = ["false", "no", "off"]

  /// A truth value in any of the spellings of YAML 1.1.
  static func truth(_ text: String) -> Bool? {
    let word = text.lowercased()
    return yes.contains(word) ? true : no.contains(word) ? false : nil
  }

  /// A decimal whole number; leading zeros do not make it octal, `_` may separate digits.
  static func wholeNumber<T: FixedWidthInteger>(_ text: String) -> T? {
    T(withoutSeparators(text), radix: 10)
  }

  /// A finite decimal number, `6e-5` included, or `.inf` and `-.inf`.
  static func number<T: LosslessStringConvertible & BinaryFloatingPoint>(_ text: String) -> T? {
    if text == ".inf" { return T.infinity }
    if text == "-.inf" { return -T.infinity }
    guard text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE_".contains($0)) }),
      let value = T(withoutSeparators(text)), value.isFinite
    else { return nil }
    return value
  }

  /// The text of a number as `number(_:)` reads it back.
  static func text<T: LosslessStringConvertible & BinaryFloatingPoint>(_ value: T) -> String {
    if value.isFinite { return value.description }
    return value.isNaN ? ".nan" : value > 0 ? ".inf" : "-.inf"
  }

  /// Whether another YAML reader would take the plain `text` for something else than text.
  static func looksTyped(_ text: String) -> Bool {
    let number: Double? = number(text)
    return absent.contains(text) || truth(text) != nil || number != nil || text == ".nan"
  }

  private static func withoutSeparators(_ text: String) -> String {
    guard text.contains("_") else { return text }
    let characters = Array(text)
    let separates = characters.indices.allSatisfy { index in
      characters[index] != "_"
        || (index > 0 && index + 1 < characters.count && characters[index - 1].isNumber
          && characters[index + 1].isNumber)
    }
    return separates ? String(characters.filter { $0 != "_" }) : text
  }
}

/// One scalar of a tree, read as the type that its option has.
struct ScalarReader {
  let tree: Tree
  let path: OptionPath

  /// `true` or `false`, in any of the spellings of YAML 1.1.
  func truth() throws(ConfigurationError) -> Bool {
    guard let text = plain, let value = Scalar.truth(text) else { throw wrongKind(.truth) }
    return value
  }

  /// The text as it is written; what stands for no value must be quoted to be text, but for `none`, which
  /// options that cannot be absent may have as a word of their own.
  func text() throws(ConfigurationError) -> String {
    if plain == "none" { return "none" }
    guard let text = tree.text else { throw wrongKind(.text) }
    return text
  }

  /// A finite number or an infinity.
  func number<T: LosslessStringConvertible & BinaryFloatingPoint>() throws(ConfigurationError) -> T {
    guard let text = plain, let value: T = Scalar.number(text) else { throw wrongKind(.number) }
    return value
  }

  /// A decimal whole number within the range of the type.
  func wholeNumber<T: FixedWidthInteger>(_ type: T.Type) throws(ConfigurationError) -> T {
    guard let text = plain, let value: T = Scalar.wholeNumber(text) else {
      throw wrongKind(.wholeNumber(lowest: "\(T.min)", highest: "\(T.max)"))
    }
    return value
  }

  /// A case of an enumeration of strings; `nil` for other enumerations.
  func caseOf(_ type: any CaseIterable.Type) throws(ConfigurationError) -> Any? {
    let cases = Self.cases(of: type)
    guard !cases.isEmpty else { return nil }
    let names = cases.map(\.name)
    guard let text = tree.text else { throw wrongKind(.name) }
    guard let index = names.firstIndex(of: text) else {
      throw path.error(tree, .unknownName(text, nearest: nearest(to: text, among: names), known: names))
    }
    return cases[index].value
  }

  /// The cases of an enumeration of strings with their names; none for other enumerations.
  static func cases<T: CaseIterable>(of type: T.Type) -> [(name: String, value: Any)] {
    type.allCases.compactMap { value in
      ((value as? any RawRepresentable)?.rawValue as? String).map { ($0, value) }
    }
  }

  private var plain: String? {
    if case .scalar(let text, quoted: false) = tree.content { text } else { nil }
  }

  private func wrongKind(_ expected: ConfigurationError.Kind) -> ConfigurationError {
    path.error(tree, .wrongKind(expected: expected, found: tree.found))
  }
}
