import Files
import Testing

@Suite struct CSVTests {
  @Test func fieldsEndAtCommasOrAtSpace() throws {
    let text = """
      # name and classes
      a.png,polar bear;snow fox|cat
      b, "cat" ,, 'dog'
      c,
      ,dog
      d  cat\tdog
      """
    let rows = try withText(text) { try CSV.rows(of: $0) }
    #expect(
      rows.map(\.fields) == [
        ["a.png", "polar bear", "snow fox", "cat"], ["b", "cat", "dog"], ["c"], ["", "dog"],
        ["d", "cat", "dog"],
      ])
    #expect(rows.map(\.line.number) == [2, 3, 4, 5, 6])
  }
}
