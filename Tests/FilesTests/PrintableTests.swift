import Files
import Testing

/// What comes from a file is shown without effects on the terminal.
@Suite struct PrintableTests {
  @Test(
    arguments: [
      ("\u{1b}[31mred", "\\u{1b}[31mred"), ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{9b}2J", "\\u{9b}2J"),
      ("\u{7f}\u{0}", "\\u{7f}\\u{0}"), ("gpj.\u{202e}txt", "gpj.\\u{202e}txt"),
      ("\u{2066}a\u{2069}\u{200f}\u{61c}", "\\u{2066}a\\u{2069}\\u{200f}\\u{61c}"),
      ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"), ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
      ("a\r\nb", "a\\r\\nb"), ("x\u{e0041}", "x\\u{e0041}"),
    ])
  func escapesWhatIsNotText(_ text: String, _ expected: String) {
    #expect(text.printable == expected)
    #expect(expected.printable == expected)
  }

  @Test(arguments: ["", "blocks.0.attn.qkv.weight", "Straße", "猫 日本", "👩‍🌾 e\u{301}", "می‌خواهم", "C:\\new"])
  func keepsText(_ text: String) {
    #expect(text.printable == text)
  }
}
