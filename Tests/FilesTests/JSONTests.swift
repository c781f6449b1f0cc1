import Files
import Foundation
import Testing

@Suite struct JSONTests {
  private let value: JSON = [
    "b": [1, -2.5, true, nil], "a": ["text": "a \"b\" \\ \n\r\t\u{8}\u{c}\u{1} ü🌱"], "none": [], "empty": [:],
  ]

  @Test func oneLineKeepsTheOrderOfKeys() {
    #expect(
      value.compact
        == #"{"b":[1,-2.5,true,null],"a":{"text":"a \"b\" \\ \n\r\t\b\f\u0001 ü🌱"},"none":[],"empty":{}}"#)
  }

  @Test func severalLinesAreIndented() {
    #expect(
      (["a": ["b": [1, 2], "c": [[1], 2]]] as JSON).pretty() == """
        {
          "a": {
            "b": [1, 2],
            "c": [
              [1],
              2
            ]
          }
        }
        """)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    #expect(try JSON(parsing: value.compact) == value)
    #expect(try JSON(parsing: value.pretty()) == value)
    let read = try JSONSerialization.jsonObject(with: Data(value.compact.utf8)) as? [String: Any]
    let text = (read?["a"] as? [String: String])?["text"]
    #expect(text == "a \"b\" \\ \n\r\t\u{8}\u{c}\u{1} ü🌱", "another reader understands it as well")
  }

  @Test func numbersKeepTheirDigits() throws {
    let digits = try JSON(parsing: "[1.50, 1e-3, -0]")
    #expect(digits == .list([.number("1.50"), .number("1e-3"), .number("-0")]))
    #expect(JSON(0.1 + 0.2).compact == "0.30000000000000004" && JSON(Float(0.1)).compact == "0.1")
    #expect(JSON(Double.nan) == .null && JSON(nil as Double?) == .null && JSON(-Float.infinity) == .null)
  }

  @Test func membersAreReadSetAndRemoved() {
    var object: JSON = ["a": 1]
    object["b"] = 2.5
    object["a"] = nil
    #expect(object == ["b": 2.5] && object["b"]?.double == 2.5 && object["a"] == nil)
    object["c"] = nil
    #expect(object.compact == #"{"b":2.5}"# && (2 as JSON)["b"] == nil)
  }

  @Test(arguments: [
    ("{\"a\": 1,\n}", 2, "a key in quotes"), ("", 1, "a value"), ("{\"a\" 1}", 1, "\":\""),
    ("[1 2]", 1, "\",\" or \"]\""), ("{\"a\": 1 \"b\"}", 1, "\",\" or \"}\""),
    ("{} {}", 1, "the end of the file"), ("{\"a\": 1,\n\"a\": 1}", 2, "each key once"),
    (String(repeating: "[", count: 101) + String(repeating: "]", count: 101), 1, "at most 100 levels"),
    (String(repeating: "{\"a\":[", count: 1_000_000), 1, "at most 100 levels"),
    ("{\"a", 1, "a closing quote"), ("\nnil", 2, "null"), ("[1.2.3]", 1, "a value"),
    ("\"\\", 1, "a character after \"\\\""), ("\"\\u00g0\"", 1, "four hex digits"),
  ]) func brokenTextIsRefused(_ text: String, _ line: Int, _ expected: String) {
    let error = #expect(throws: JSON.SyntaxError.self) { try JSON(parsing: text) }
    #expect(error?.line == line && error?.expected == expected)
  }

  @Test func aHundredLevelsAreRead() throws {
    let text = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(try JSON(parsing: text).compact == text)
  }

  @Test func whatATerminalObeysIsEscaped() throws {
    let text = JSON.text("a\u{1b}[31m\u{9b}\u{202e}\u{2028}\u{e0041}b")
    #expect(text.compact == #""a\u001b[31m\u009b\u202e\u2028\udb40\udc41b""#)
    #expect(try JSON(parsing: text.compact) == text)
  }
}
