import Files
import TestSupport
import Testing

/// Calls `body` with the path of a file of these words.
func withText<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
  try withTemporaryFolder { folder in
    try AtomicFile.write(text, to: "\(folder)/list.txt")
    return try body("\(folder)/list.txt")
  }
}

/// The message of the error that reading these words throws, without the folder of the file.
func message(_ text: String, _ body: (String) throws -> Void) throws -> String {
  try withText(text) { path in
    do {
      try body(path)
      return "no error"
    } catch {
      return "\(error)".replacing(path, with: "list.txt")
    }
  }
}

@Suite struct TextListTests {
  @Test(arguments: ["a\nb\n", "a\r\nb", "\u{FEFF}a\n\n  b \t\n", "# a list\na\n  # the rest\nb\n\n"])
  func whatIsNoEntryDoesNotCount(_ text: String) throws {
    #expect(try withText(text) { try TextList.ids(of: $0) } == ["a", "b"])
    #expect(try withText(text) { try ClassNames(contentsOf: $0) }.foreground == ["a", "b"])
  }

  @Test func linesKnowTheirNumber() throws {
    let lines = try withText("# first\n\n third \r\n") { try TextList.lines(of: $0) }
    #expect(lines.map(\.number) == [3] && lines.map(\.text) == ["third"])
    #expect(lines[0].description.hasSuffix("/list.txt:3"))
  }

  @Test func idsAreFileNamesWithoutFolderAndEnding() throws {
    let text = "/JPEGImages/a.jpg /SegmentationClass/a.png\nb.PNG\nc.d\n.png\n"
    #expect(try withText(text) { try TextList.ids(of: $0) } == ["a", "b", "c.d", ".png"])
  }

  @Test func anEmptyListNamesNothing() throws {
    #expect(try withText("\n# nothing\n") { try TextList.ids(of: $0) } == [])
    #expect(try withText("") { try ClassNames(contentsOf: $0) }.foreground == [])
  }

  @Test(arguments: [
    ("0 background\n1 traffic light\n255 void\n2 cat\n", "background", ["traffic light", "cat"]),
    ("1 cat\n2\tdog\n0 ground\n", "ground", ["cat", "dog"]),
    ("1 cat\ndog\n3 cow\n", nil, ["cat", "dog", "cow"]),
    ("__background__\n2 cats\ndog\n", "__background__", ["2 cats", "dog"]),
    ("__ignore__\n_background_\ncat\ndog\n", "_background_", ["cat", "dog"]),
    ("# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:128,0,0::\n", "background", ["cat"]),
    ("name,r,g,b\ncat,128,0,0\n", nil, ["cat"]),
    ("id,name\n1,cat\n2,dog\n", nil, ["cat", "dog"]),
    ("1: cat\n2: dog\n", nil, ["cat", "dog"]),
  ]) func classesMayBeNumbered(
    _ text: String, _ background: String?, _ foreground: [String]
  ) throws {
    let names = try withText(text) { try ClassNames(contentsOf: $0) }
    #expect(names.background == background && names.foreground == foreground)
  }

  @Test func whatStandsTwiceIsRefused() throws {
    #expect(
      try message("a\n\nb\na.png\n") { _ = try TextList.ids(of: $0) }
        == "list.txt:4: \"a\" stands in line 1 already; remove one of the two")
    #expect(
      try message("cat\ndog\ncat\n") { _ = try ClassNames(contentsOf: $0) }
        == "list.txt:3: the class \"cat\" is named twice; remove one of the two")
  }

  @Test(arguments: [
    ("0 background\n1 cat\n3 dog\n", "list.txt:3: cannot understand \"3 dog\"; expected the id 2"),
    ("0 background\n0 cat\n", "list.txt:2: cannot understand \"0 cat\"; expected the id 1"),
    ("2 cat\n", "list.txt:1: cannot understand \"2 cat\"; expected the id 1"),
  ]) func gapsInTheIdsAreRefused(_ text: String, _ expected: String) throws {
    #expect(try message(text) { _ = try ClassNames(contentsOf: $0) } == expected)
  }

  @Test func aMissingFileIsNamed() {
    let error = ListError.unreadable(path: "/nowhere/list.txt", reason: "no such file")
    #expect(throws: error) { try TextList.ids(of: "/nowhere/list.txt") }
    #expect(
      error.description
        == "/nowhere/list.txt: cannot be read (no such file); check the path and its permissions")
  }

  @Test func namesOfImagesMayHoldBlanks() throws {
    let text = "IMG 2024 (1).jpg\n\"my photo\"\nC:\\photos\\b.PNG\nknown one\nother word\n"
    let ids = try withText(text) { try TextList.ids(of: $0, isKnown: { $0 == "known one" }) }
    #expect(ids == ["IMG 2024 (1)", "my photo", "b", "known one", "other"])
  }

  @Test func aMarkBehindANameSaysThatAClassIsAbsent() throws {
    #expect(
      try message("a  1\nb -1\n") { _ = try TextList.ids(of: $0) }
        == "list.txt:2: cannot understand \"b -1\"; expected the name of an image alone: -1 says that a "
        + "class is "
        + "absent from it; list the images without such a column")
    #expect(
      try withText("a  1\nb 0\nc -1\n") { try TextList.ids(of: $0, isKnown: { $0 == "c -1" }) }.count == 3)
  }

  @Test(
    arguments: [
      (["#disk", "bar"], "#disk"), (["name", "bar"], "name"), (["void", "bar"], "void"),
      (["di\nsk", "bar"], "di\nsk"),
      (["bar", "255 x"], nil), (["1 bar", "255 x"], "1 bar"), (["01 cat", "03 dog"], nil),
      (["bar", "name"], nil),
      (["C#", "'bar'"], nil),
    ] as [([String], String?)]) func namesThatAListWouldLoseAreFound(_ names: [String], _ lost: String?)
  {
    #expect(ClassNames.lost(of: names) == lost)
  }

  @Test func commentsThatMayBeNamesAreFound() throws {
    let text = "# classes\n#disk\n## more\nbar\n#\n"
    #expect(try withText(text) { try TextList.gluedComments(of: $0) } == ["#disk"])
  }

  @Test(arguments: [
    (
      "cat\nbackground\n",
      "list.txt:2: \"background\" is the background, which has the id 0; put it into the first line or "
        + "leave it out"
    ),
    ("cat\nvoid\ndog\n", "list.txt:2: \"void\" is what masks leave out (255) and no class; remove the line"),
    (
      "cat\nCat \n",
      "list.txt:2: the classes \"Cat\" and \"cat\" differ in case, blanks or signs only; write both alike"
    ),
    (
      "snow fox\nsnow_fox\n",
      """
      list.txt:2: the classes "snow_fox" and "snow fox" differ in case, blanks or signs only; write both alike
      """
    ),
    ("cat,dog\n", "list.txt:1: \"cat,dog\" is more than a class name; write one class name per line"),
    (
      "names:\n  - cat\n",
      "list.txt:1: \"names:\" is no class name but part of a YAML file; write one class name per line"
    ),
    (
      "{\"1\": \"cat\"}\n",
      """
      list.txt:1: "{"1": "cat"}" is no class name but part of a JSON or other file; write one class name \
      per line
      """
    ),
    (
      "0 dog\n1 cat\n2 dog\n", "list.txt:3: the class \"dog\" is named twice; remove one of the two"
    ),
    (
      "1 background\n2 cat\n",
      "list.txt:1: \"background\" is the background, which has the id 0; give no other id to it"
    ),
  ]) func whatIsNoClassIsRefused(_ text: String, _ expected: String) throws {
    #expect(try message(text) { _ = try ClassNames(contentsOf: $0) } == expected)
  }

  @Test func moreClassesThanIdsAreRefused() throws {
    let text = (1...255).map { "class \($0)\n" }.joined()
    #expect(
      try message(text) { _ = try ClassNames(contentsOf: $0) }
        == "list.txt: names 255 classes, but masks have room for the ids 1 to 254; leave some classes out")
  }
}
