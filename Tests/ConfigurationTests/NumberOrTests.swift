import Configuration
import Testing

/// Options that are a number or a word.
@Suite struct NumberOrTests {
  private enum Word: String, CaseIterable {
    case seeds, otsu
  }

  private struct Options: Section {
    @Setting("value, 0 to 1", .numberOr(0...1)) var value: NumberOr<Word> = 0.64
  }

  private func load(_ text: String) throws(ConfigurationError) -> NumberOr<Word> {
    try ConfigurationLoader.load(Options.self, overrides: ["value=\(text)"]).value
  }

  @Test func numbersAndWordsAreRead() throws {
    #expect(try load("0.25") == 0.25)
    #expect(try load("1") == 1)
    #expect(try load("otsu") == .word(.otsu))
    #expect(try load("otsu").number(or: 0.5) == 0.5 && load("0.25").number(or: 0.5) == 0.25)
  }

  @Test func whatIsWrittenReadsBack() throws {
    var options = Options()
    #expect(ConfigurationLoader.yaml(of: options) == "value: 0.64\n")
    options.value = .word(.seeds)
    #expect(ConfigurationLoader.yaml(of: options) == "value: seeds\n")
  }

  @Test(arguments: [
    ("2", "--set: value: is 2.0; use a number from 0 to 1, or seeds or otsu"),
    ("often", "--set: value: is often; use a number or seeds or otsu"),
  ])
  func anythingElseIsRefused(text: String, message: String) {
    do {
      _ = try load(text)
      Issue.record("\(text) was read")
    } catch {
      #expect("\(error)" == message)
    }
  }
}
