import Foundation
import TestSupport
import Testing

/// Every file of `Configs` is a configuration that this version understands, whether its data is here or not.
@Suite struct ShippedConfigurationTests {
  private static let folder = Golden.directory + "/../../Configs"

  private static var names: [String] {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return paths.filter { $0.hasSuffix(".yaml") }.sorted()
  }

  @Test func thereAreSome() { #expect(Self.names.contains("synthetic/quickstart.yaml")) }

  @Test(arguments: names) func isUnderstood(name: String) throws {
    let result = try runCommand("train", ["--config", "\(Self.folder)/\(name)", "--print-config"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("schedule:"))
  }
}
