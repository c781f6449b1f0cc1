import Configuration
import Seedling
import Testing
import Training

/// Every number of every component, at its extremes: refused with one line, or a value to run with.
@Suite struct ExtremeValueTests {
  private struct Holder<F: Family>: Section {
    var component: Choice<F>

    init() { component = Choice(F.components[0]) }
    init(_ component: F.Member) { self.component = Choice(component) }
  }

  /// Values that no number may have, but for seeds.
  static let impossible = [
    "2147483648000", "9223372036854775807", "1e30",
    ".inf", "-.inf", ".nan", "nan", "1e999",
  ]
  static let extreme = ["1", "0", "-1", "2147483648"] + impossible

  @Test func everyNumberOfARunHasBounds() { expectBounds(of: RunConfiguration()) }

  @Test(arguments: CatalogTests.members) func everyNumberOfAComponentHasBounds(_ member: CatalogTests.Member)
  {
    expectBounds(of: member.type.init())
  }

  @Test func numbersAreFoundWhereverTheyStand() {
    let paths = Set(numbers(in: RunConfiguration()).map(\.path))
    let some = [
      "seed", "method.schedule.batch", "method.augmentation.scale", "refine.0.iterations",
      "method.groups.0.learning_rate_scale", "refine.0.dilations",
    ]
    for path in some { #expect(paths.contains(path), "\(path)") }
  }

  private func expectBounds(of section: some Section) {
    for number in numbers(in: section) {
      for value in Self.extreme {
        let written = number.isList ? "[\(value), \(value)]" : value
        do {
          _ = try ConfigurationLoader.load(default: section, overrides: ["\(number.path)=\(written)"])
          let isFree = number.path.split(separator: ".").last == "seed"
          #expect(
            !Self.impossible.contains(value) || isFree, "\(type(of: section)): \(number.path)=\(written)")
        } catch {
          #expect(error.description.hasPrefix("--set: "), "\(error)")
          #expect(!error.description.contains("\n"))
        }
      }
    }
  }

  /// The paths of the options of `section` whose values are numbers or lists of numbers.
  private func numbers(in section: some Section) -> [(path: String, isList: Bool)] {
    var numbers: [(path: String, isList: Bool)] = []
    /// The keys that lead to a line, each with its indentation.
    var above: [(indentation: Int, key: String)] = []
    var elements: [String: Int] = [:]
    for line in ConfigurationLoader.yaml(of: section).split(separator: "\n") {
      var text = line.drop { $0 == " " }
      var indentation = line.count - text.count
      above.removeAll { $0.indentation >= indentation }
      if text.hasPrefix("- ") {
        let list = above.map(\.key).joined(separator: ".")
        let index = elements[list, default: 0]
        elements[list] = index + 1
        above.append((indentation, "\(index)"))
        text = text.dropFirst(2)
        indentation += 2
      }
      let parts = text.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else {
        above.append((indentation, String(parts[0])))
        continue
      }
      let path = (above.map(\.key) + [String(parts[0])]).joined(separator: ".")
      let isList = parts[1].hasPrefix(" [")
      let words = parts[1].split { " [],".contains($0) }
      if !words.isEmpty, words.allSatisfy({ Double($0) != nil }) { numbers.append((path, isList)) }
    }
    return numbers
  }
}
