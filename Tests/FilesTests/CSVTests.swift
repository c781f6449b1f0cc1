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
    let csv = try withText(text) { try CSV(contentsOf: $0) }
    #expect(
      csv.rows.map(\.fields) == [
        ["a.png", "polar bear;snow fox|cat"], ["b", "cat", "", "dog"], ["c", ""], ["", "dog"],
        ["d", "cat", "dog"],
      ])
    #expect(csv.separator == ",")
    #expect(csv.rows.map(\.line.number) == [2, 3, 4, 5, 6])
  }

  @Test(arguments: [
    ("a.jpg;x,y\nb.jpg;z\n", Character(";"), ["a.jpg", "x,y"]),
    ("a.jpg\tx, y\nb.jpg\tz\n", Character("\t"), ["a.jpg", "x, y"]),
    ("\"a;b, c.jpg\",\"say \"\"x\"\"\"\n", Character(","), ["a;b, c.jpg", "say \"x\""]),
    ("my photo 1.JPG polar 'snow fox'\n", nil, ["my photo 1.JPG", "polar", "snow fox"]),
    ("sep=;\na,b;c\n", Character(";"), ["a,b", "c"]),
    ("\"sep=|\"\na.jpg|x;y\n", Character("|"), ["a.jpg", "x;y"]),
    ("SEP=\t\na b\tc\n", Character("\t"), ["a b", "c"]),
    ("sep=x,y\na,b\n", Character(","), ["sep=x", "y"]),
    ("\"my photo\" polar\n", nil, ["my photo", "polar"]),
  ]) func theSeparatorIsFound(_ text: String, _ separator: Character?, _ first: [String]) throws {
    let csv = try withText(text) { try CSV(contentsOf: $0) }
    #expect(csv.separator == separator && csv.rows[0].fields == first)
  }

  @Test func anOpenQuoteIsRefused() throws {
    #expect(
      try message("a,b\nc,\"d\n") { _ = try CSV(contentsOf: $0) }
        == "list.txt:2: cannot understand \"c,\"d\"; expected a quote behind the last field that begins "
        + "with one"
    )
  }
}
