import Configuration
import Foundation
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

    init() { component = Choice(F.members[0].init()) }
    init(_ component: any Component) { self.component = Choice(component) }
  }

  static var families: [any Family.Type] {
    [
      Catalog.Backbones.self, Catalog.Heads.self, Catalog.Datasets.self, Catalog.Explainers.self,
      Catalog.SeedRefiners.self, Catalog.Labelings.self, Catalog.SegmentationLosses.self,
      Catalog.Optimizers.self,
    ]
  }
  static let members = families.flatMap { $0.members.map { Member(type: $0) } }

  @Test func defaultsReadBackAsTheyWereWritten() throws {
    for family in Self.families { try roundTrip(family) }
  }

  private func roundTrip<F: Family>(_ family: F.Type) throws {
    let folder = try TemporaryFolder()
    for member in F.members {
      let written = ConfigurationLoader.yaml(of: Holder<F>(member.init()))
      #expect(written.contains("name: \(member.name)\n"))
      try Data(written.utf8).write(to: URL(fileURLWithPath: folder.path + "/a.yaml"))
      let read = try ConfigurationLoader.load(Holder<F>.self, file: folder.path + "/a.yaml")
      #expect(ConfigurationLoader.yaml(of: read) == written)
    }
  }

  @Test(arguments: members) func everyOptionIsExplained(member: Member) {
    let options = Mirror(reflecting: member.type.init()).children.compactMap(\.label)
    #expect(Set(member.type.documentation.keys) == Set(options))
  }

  @Test func namesAreUniqueWords() {
    for family in Self.families {
      let names = family.members.map { $0.name }
      #expect(Set(names).count == names.count, "\(family)")
      for name in names { #expect(name.wholeMatch(of: /[a-z][a-z0-9]*([-_][a-z0-9]+)*/) != nil, "\(name)") }
    }
  }

  @Test(arguments: members) func theReadmeListsIt(member: Member) throws {
    let readme = try String(contentsOfFile: Golden.directory + "/../../README.md", encoding: .utf8)
    #expect(readme.contains("`\(member.type.name)`"))
  }
}
