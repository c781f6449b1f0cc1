import Configuration
import Foundation
import Seedling
import TestSupport
import Testing
import Training

/// What holds for every component that a configuration can name.
@Suite struct CatalogTests {
  /// One member of one family.
  struct Member: Sendable, CustomTestStringConvertible {
    let type: any Component.Type
    var testDescription: String { type.name }
  }

  /// The place of a component in a configuration.
  private struct Holder<F: Family>: Section {
    var component: Choice<F>

    init() { component = Choice(F.components[0]) }
    init(_ component: F.Member) { self.component = Choice(component) }
  }

  static var families: [any Family.Type] { Catalog.families.map(\.family) }

  static let members = families.flatMap { $0.members.map { Member(type: $0) } }

  @Test func defaultsReadBackAsTheyWereWritten() throws {
    for family in Self.families { try roundTrip(family) }
  }

  private func roundTrip<F: Family>(_ family: F.Type) throws {
    let folder = try TemporaryFolder()
    #expect(F.components.count == F.members.count, "\(family): a member is not of its family")
    for component in F.components {
      let holder = Holder<F>(component)
      let written = ConfigurationLoader.yaml(of: holder)
      #expect(written.contains("name: \(holder.component.name)\n"))
      try Data(written.utf8).write(to: URL(fileURLWithPath: folder.path + "/a.yaml"))
      let read = try ConfigurationLoader.load(Holder<F>.self, file: folder.path + "/a.yaml")
      #expect(ConfigurationLoader.yaml(of: read) == written)
    }
  }

  @Test(arguments: members) func everyOptionIsExplained(member: Member) {
    expectExplained(member.type.init())
  }

  @Test func everyOptionOfARunIsExplained() { expectExplained(RunConfiguration()) }

  @Test func sectionsInSectionsAndInListsAreFound() {
    let names = Set(sections(in: RunConfiguration()).map { "\($0)" })
    #expect(
      names.isSuperset(of: ["RunConfiguration", "ModelOptions", "ScheduleOptions", "ParameterGroupOptions"]))
  }

  /// Every option has a line about it, those of nested sections too.
  private func expectExplained(_ section: any Section) {
    for type in sections(in: section) {
      for (key, text) in ConfigurationLoader.options(of: type) { #expect(text != nil, "\(type).\(key)") }
    }
  }

  /// The types of the sections that `value` consists of, such as those of a stage and its schedule.
  private func sections(in value: Any) -> [any Section.Type] {
    let own = (value as? any Section).map { [type(of: $0) as any Section.Type] } ?? []
    return own + Mirror(reflecting: value).children.flatMap { sections(in: $0.value) }
  }

  @Test func namesAreUniqueWords() {
    for family in Self.families {
      let names = family.members.map { $0.name }
      #expect(Set(names).count == names.count, "\(family)")
      for name in names { #expect(name.wholeMatch(of: /[a-z][a-z0-9]*([-_][a-z0-9]+)*/) != nil, "\(name)") }
    }
  }

  @Test func theReadmeHasTheTable() throws {
    let readme = try String(contentsOfFile: Golden.directory + "/../../README.md", encoding: .utf8)
    let parts = readme.components(separatedBy: "<!-- catalogue -->\n")
    try #require(parts.count == 2)
    #expect(parts[1].components(separatedBy: "<!-- /catalogue -->")[0] == Catalog.table)
  }
}
