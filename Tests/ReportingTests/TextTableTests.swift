import Reporting
import Testing

@Suite struct TextTableTests {
  @Test func wordsBeginAndFiguresEndAtOnePlace() {
    let table = TextTable(
      [.text("name"), .figures("ms"), .text("limit")],
      rows: [["a", "10.0", "memory"], ["longer", "9.5", ""]], totals: ["all", "19.5", ""])
    #expect(
      table.lines().joined(separator: "\n") == """
        name      ms  limit
        ────────────────────
        a       10.0  memory
        longer   9.5
        ────────────────────
        all     19.5
        """)
  }

  @Test func cellsCannotMoveTheCursor() {
    let table = TextTable([.text("name")], rows: [["a\u{1b}[2J\u{85}b"]], totals: [""])
    #expect(table.lines()[2] == "a\\u{1b}[2J\\u{85}b")
  }
}
