import Configuration
import Foundation
import Testing

/// Texts that would take all memory, all time or the whole stack.
@Suite struct HostileTextTests {
  /// Ten aliases of ten aliases …: 10^levels values in a few hundred bytes.
  private static func bomb(levels: Int, last: String) -> String {
    let lists = (1...levels).map { level in
      "a\(level): &a\(level) ["
        + repeatElement(level == 1 ? "x" : "*a\(level - 1)", count: 10).joined(separator: ", ")
        + "]\n"
    }
    return lists.joined() + last
  }

  private static let tooMany = "there are more than 100000 values with all aliases; leave some out"

  static let texts: [(text: String, message: String)] = [
    (bomb(levels: 9, last: ""), "Configs/a.yaml:1: a5[7][8][8][8][9]: \(tooMany)"),
    (bomb(levels: 9, last: "? *a9\n: 1\n"), "Configs/a.yaml:10: not valid YAML: a key must be a word"),
    (bomb(levels: 9, last: "{*a9 : 1}\n"), "Configs/a.yaml:10: not valid YAML: a key must be a word"),
    (bomb(levels: 9, last: "b: {[*a9]: 1}\n"), "Configs/a.yaml:10: not valid YAML: a key must be a word"),
    (
      "a: " + String(repeating: "[", count: 70) + String(repeating: "]", count: 70),
      "Configs/a.yaml:1: a" + String(repeating: "[0]", count: 64)
        + ": lists and options are nested more than 64 levels deep; flatten them"
    ),
    (
      String(repeating: "- ", count: 70) + "x",
      "Configs/a.yaml:1: " + String(repeating: "[0]", count: 65)
        + ": lists and options are nested more than 64 levels deep; flatten them"
    ),
    (
      "name: " + String(repeating: "x", count: 1 << 20),
      "Configs/a.yaml: is larger than 1 MiB; a configuration is a short text"
    ),
  ]

  @Test(arguments: texts.indices) func takesOneLineAndNoTime(index: Int) throws {
    let (text, message) = Self.texts[index]
    let start = ContinuousClock.now
    #expect(try Files.message(text) == message)
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test(arguments: ["[", "{", "- ", "? ", "{a: ", "[[{"]) func aMillionLevelsOverflowNoStack(open: String)
    throws
  {
    let text = String(repeating: open, count: 300_000)
    #expect(try Files.message(text).hasPrefix("Configs/a.yaml"))
    #expect(try Files.message("*a: &b " + text).hasPrefix("Configs/a.yaml"))
  }

  @Test func aliasesMayStandForValues() throws {
    let run = try Files.load("groups: [{match: &a head}, {match: *a}]\nname: a*b\n")
    #expect(run.groups.map(\.match) == ["head", "head"])
  }

  @Test func aFileMayNotStandOnManyOthers() throws {
    let ten = "base: [" + repeatElement("b.yaml", count: 10).joined(separator: ", ") + "]\n"
    let files = [
      "a.yaml": ten, "b.yaml": ten.replacingOccurrences(of: "b.yaml", with: "c.yaml"),
      "c.yaml": ten.replacingOccurrences(of: "b.yaml", with: "d.yaml"), "d.yaml": "seed: 1\n",
    ]
    #expect(
      try Files.message(files)
        == "Configs/b.yaml:1: base: there are more than 100 base files; merge some of them")
  }

  @Test(arguments: ["-.inf", ".inf", ".nan", "1e999", "nan", "0x10"])
  func whatIsNoNumberIsRefused(text: String) throws {
    #expect(try Files.message(Crowd.self, "share: \(text)") != "no error")
  }

  struct Crowd: Section {
    @Setting("a part", 0...1) var share = 0.5
  }

  @Test func aLongNameIsComparedWithNothing() throws {
    let long = String(repeating: "a", count: 40_000)
    let start = ContinuousClock.now
    #expect(try Files.message(["a.yaml": ""], ["\(long)=1"]).hasPrefix("--set: \(long): unknown key; known"))
    #expect(nearest(to: long, among: [long + "b"]) == nil)
    #expect(nearest(to: "name", among: [long, "nam"]) == "nam")
    #expect(ContinuousClock.now - start < .seconds(5))
  }
}
