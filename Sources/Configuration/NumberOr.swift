/// A number, or a word that stands for one which a run finds itself: `0.4` or `seeds` in YAML.
public enum NumberOr<Word>: Codable, Sendable, Equatable, CustomStringConvertible
where Word: RawRepresentable<String> & CaseIterable & Equatable & Sendable {
  /// This number.
  case number(Float)
  /// What the word stands for.
  case word(Word)

  /// Reads one of the words, or a number.
  ///
  /// - Throws: `DecodingError.dataCorrupted` for another text.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    let number: Float? = Scalar.number(text)
    if let word = Word(rawValue: text) {
      self = .word(word)
    } else if let number {
      self = .number(number)
    } else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "is \(text); use a number or \(Self.words)"))
    }
  }

  /// Writes the number or the word.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .word(let word): try container.encode(word.rawValue)
    }
  }

  public var description: String {
    switch self {
    case .number(let number): "\(number)"
    case .word(let word): word.rawValue
    }
  }

  /// The number, or `other` in place of a word.
  public func number(or other: Float) -> Float {
    if case .number(let number) = self { number } else { other }
  }

  /// The words as they are offered.
  static var words: String { Word.allCases.map(\.rawValue).joined(separator: " or ") }
}

extension NumberOr: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Float) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Float(value)) }
}
